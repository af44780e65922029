extension StoryPlot {
  /// Every plot.
  ///
  /// All are equally likely. Their order affects the bytes of the stories.
  static let english: [StoryPlot] = [
    lostToy, stuckUp, sharing, quarrel, newNeighbor, darkness, stage, skill, mending, secretGift,
    building, race, storm, smallHelper, stray, seed, baking, honesty, sickFriend, journey,
    treasureMap, lostChild,
  ]
}
