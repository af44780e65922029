extension StoryPlot {
  /// Every plot.
  ///
  /// Each is as likely as any other. The order is part of the stories' bytes.
  static let english: [StoryPlot] = [
    lostToy, stuckUp, sharing, quarrel, newNeighbor, darkness, stage, skill, mending, secretGift,
    building, race, storm, smallHelper, stray, seed, baking, honesty, sickFriend, journey,
    treasureMap, lostChild,
  ]
}
