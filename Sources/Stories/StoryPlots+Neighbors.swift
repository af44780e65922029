extension StoryPlot {
  static let newNeighbor = StoryPlot(
    "a new neighbor",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      grown: parent
      game: game
      cake: cake
      toy: toy small !many
      color: color
      weather: weather
      time: time
      hideout: hideout
      pet: pet
      """,
    grammar: """
      story:
      - <once> <truck> <shy> <try> <open> <end>
      - <once> <truck> <shy> <open> <end>

      truck:
      - One {weather} {time}, a big truck stopped in front of the empty house next door. Two men
        carried out beds, boxes and an old rocking chair.
      - The house across the street had been empty for a long time. But that {time} there was a
        light in the window and a bicycle by the door.
      - {Weather.sky}. {Hero} sat at the window and saw a family carry boxes into the house next
        door.
      - "Somebody is moving in!" called {hero}. It was {a weather time}, and a car with a piano on
        its roof came slowly up the street.

      shy:
      - Behind the boxes stood {a friend.kind} with {a color toy} in {friend.his} hands. {Hero}
        waved, but the {friend.kind} ran inside.
      - {A friend.kind} of {hero.his} own age sat on the steps, all alone, and held {a color toy}.
        "Hello," said {hero}. The {friend.kind} only looked at the ground.
      - "There is {a friend.kind} in the family," said {hero.his} {grown}. "It must be hard to be
        new and to know nobody." {Hero} saw the {friend.kind} through the hedge. {Friend.He} held
        {a color toy} and looked very lonely.
      - Out of the car climbed a woman, a man and {a friend.kind}, who carried {a color toy} and hid
        {friend.his} face behind it. "Hello!" called {hero}, but the {friend.kind} did not answer.

      try:
      - "Maybe {friend.he} does not like me," {hero} said. "Or maybe {friend.he} is just shy," said
        {hero.his} {grown}. "Give {friend.him} a little time."
      - {Hero} wanted so much to make a new friend. But what could {hero.he} say? {Hero.He} sat
        {hideout} and thought.
      - The next day {hero} tried again. "Do you want to {game.verb}?" {hero.he} called. No answer
        came. Only the curtain moved a little.
      - "{Friend.He} has left all {friend.his} friends behind," said {hero}'s {grown}. "Think how
        you would feel." {Hero} thought about it the whole evening.

      open:
      - <bycake>
      - <bytoy>
      - <bypet>

      bycake:
      - So {hero} and {hero.his} {grown} made {a cake} with {cake.with}. {Hero} carried {cake.them}
        over on a plate and knocked. The door opened, and there was the {friend.kind}. "{Cake.This}
        {cake.is} for you," said {hero}. "{Cake.It} {cake.is} still warm." For the first time, the
        {friend.kind} smiled. "Thank you. My name is {friend}."
      - The next day {hero} knocked on the door with a plate in {hero.his} hands. "My {grown} and I
        made {a cake}," {hero.he} said. The {friend.kind} looked at the plate, and then at {hero}.
        "With {cake.with}?" {friend.he} asked. "Yes," said {hero}, "it's the best kind there is."
        "I'm {friend}," said the {friend.kind}, and opened the door.

      bytoy:
      - Then something {color} came flying over the hedge and landed at {hero.his} feet. It was the
        {toy}! {Hero} picked it up, walked over and said, "I think this is yours. I like it." The
        {friend.kind} turned red. "You can {toy.use} it with me," {friend.he} said. "I'm {friend}."
      - {Hero} took {hero.his} own {toy} and sat down on the wall between the two gardens. {Hero.He}
        began to play. After a while the {friend.kind} came closer, and then closer still. "You have
        the same {toy} as I do," {friend.he} said. "I'm {friend}." "And I'm {hero}!"

      bypet:
      - That afternoon {a pet} sat on {hero}'s doorstep. It wore a tag with the new address. {Hero}
        led it home. "You found my {pet}!" the {friend.kind} cried. "I was so worried. I'm
        {friend}." The {pet} {pet.sound} and {pet.gladly}. "I think it likes us both," said {hero}.
      - Then {a pet} came through the open gate and ran straight to {hero}. "Come back!" called the
        {friend.kind}, and hurried after it. The {pet} {pet.gladly}. "It likes you," {friend.he}
        said in surprise. "It does not like everybody. I'm {friend}, by the way."

      end:
      - Soon the two of them sat side by side and talked as if they had known each other for years.
        They found out that they both loved to {game.verb}.
      - "Shall we {game.verb}?" {hero} asked. "[Yes, please|I thought you would never ask]," said
        {friend}. They played until the moon came up.
      - "I did not want to move here," {friend} said later. "But now I'm glad that we did." {Hero}
        was glad too. <goodnight>
      - {Hero} showed {friend} the whole street: the best tree, the friendliest dog and the shop
        with the sweetest buns. By evening {friend} was not new any more.
      - "I have never had a friend next door," said {friend}. "Neither have I," said {hero}. They
        put a tin can on each end of a string, from window to window, and talked until they fell
        asleep.
      """
  )
}
