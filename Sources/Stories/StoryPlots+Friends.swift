extension StoryPlot {
  static let sharing = StoryPlot(
    "sharing",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      thing: wanted
      grown: parent
      color: color
      weather: weather fair
      time: time
      snack: snack
      """,
    grammar: """
      story:
      - <once> <treat> <both> <tug> <lesson> <end>

      treat:
      - At {hero}'s house there was {a color thing}, and nothing was more fun.
      - One day {hero.his} {grown} came home with {a color thing} for {hero.him}. {Hero} was <glad>.
      - {Hero} had {a color thing}, and {hero.he} kept it all to {hero.himself}.
      - {Hero.His} [uncle|aunt|cousin] had sent {hero.him} {a color thing}. {Hero} could hardly wait
        to {thing.use}.
      - For a whole year {hero} had wished for {a color thing}, and now it was really there.

      both:
      - On {a weather time}, {hero.his} friend {friend} came to play. "May I {thing.use} too?"
        {friend.he} asked.
      - That {time} {friend} rang the bell. {Weather.sky}. "I would love to {thing.use}," said
        {friend}. "Please?"
      - {Friend}, who lived two doors away, saw the {thing} and ran over [<fast>|with shining eyes].
        "Let me {thing.use}!" {friend.he} said.
      - It was {a weather time}, and {friend} from the house next door came by. {Friend.He} had
        never seen such {a color thing}. "Can we {thing.use} together?" {friend.he} asked.

      tug:
      - "No, it's mine," said {hero}. {Hero.He} held the {thing} with both hands. {Friend} looked
        down at {friend.his} shoes and said nothing.
      - "I was here first!" {hero} said. "But you always have it," said {friend}. Soon both of them
        were shouting, and nobody had any fun.
      - {Hero} shook {hero.his} head. "Not now. Maybe tomorrow." {Friend}'s lip trembled, and slowly
        {friend.he} turned to go home.
      - {Hero} pulled on one side and {friend} pulled on the other. [The {thing} nearly broke.|They
        both fell over backward.]
      - "You might break it," said {hero}, and stood in front of the {thing}. "I would be careful,"
        {friend} said, but {hero} did not move.

      lesson:
      - <alone> <sorry> <share>
      - <advice> <share>
      - <swap> <share>

      alone:
      - So {hero} was alone with the {thing}. But after a while it was boring. There was nobody to
        laugh with.
      - {Friend} sat down [under a tree|on the steps|by the fence] with {friend.his} back to {hero}.
        {Hero} tried to {thing.use}, but it was not nearly as much fun as before.

      sorry:
      - {Hero} thought about it. Then {hero.he} went over to {friend}. "I'm sorry," {hero.he} said.
        "It is more fun with you."
      - "How would I feel?" {hero} asked {hero.himself}, and {hero.his} cheeks grew hot. "{Friend},
        wait!" {hero.he} called. "I was not being fair. Let's share."

      advice:
      - {Hero}'s {grown} had heard it all. "There is one {thing} and there are two of you,"
        {grown.he} said <kindly>. "How could you both have fun?" The children looked at each other.
      - "What is all this noise?" asked {hero}'s {grown}. When {grown.he} had heard both sides,
        {grown.he} put an egg timer on the table. "Clever children find a way," {grown.he} said.
      - Then {hero} remembered something that {hero.his} {grown} often said: "A candle loses nothing
        when it lights another candle." "{Friend}," {hero.he} said slowly, "I have thought about
        it."

      swap:
      - {Friend} reached into {friend.his} bag and took out some {snack}. "I will share these good
        things with you, even if you don't share with me," {friend.he} said. {Hero} felt ashamed.
        "You are kinder than I am," said {hero}.

      share:
      - So that is what they did: {thing.share}. It was the best {time} ever.
      - They made a plan: {thing.share}. They laughed so much that {hero}'s {grown} came out to
        watch.
      - Before long they had found a way: {thing.share}. "This is much better!" said {friend}.
      - "What if we do it this way?" asked {friend}. And then they did it: {thing.share}.
      - The rest was simple: {thing.share}. Nobody looked at the clock, and nobody counted turns.

      end:
      - When {friend} had to go home, {hero} waved for a long time. "Come back tomorrow!" {hero.he}
        called. "The {thing} will be waiting for us both."
      - From then on, the {color} {thing} belonged to both of them, and neither of them was ever
        bored.
      - Afterward they sat in the grass and ate {snack}. "Half the {snack} for you and half for me,"
        said {hero}, "because sharing makes everything taste better."
      - "Thank you for sharing, {hero}," {friend} said at the end. {Hero} smiled. {Hero.He} had lost
        nothing, and {hero.he} had won a friend. <goodnight>
      - That evening {hero} told {hero.his} {grown}, "I thought that there would be less for me if I
        shared. But there was more."
      """
  )

  static let quarrel = StoryPlot(
    "a quarrel",
    cast: """
      hero: child
      friend: child
      home: home
      trait: trait
      quarrel: quarrel
      game: game
      hideout: hideout
      elder: elder
      snack: snack
      weather: weather fair
      time: time
      present: treasure carry
      color: color
      """,
    grammar: """
      story:
      - <once> <friends> <fight> <apart> <turn> <peace> <end>

      friends:
      - {Hero} and {friend} were best friends. They did everything together, and most of all they
        loved to {game.verb}.
      - {Hero.His} best friend was called {friend}. On every {weather} {time} they met to
        {game.verb}.
      - Next door lived {friend}, who was {hero.his} best friend. When they [played|were done with]
        {game.noun}, they always shared their {snack}.
      - {Hero} and {friend} had known each other since they were babies. They liked the same books
        and the same {snack}, and both of them loved to {game.verb}.

      fight:
      - But one {time} they had a quarrel. It was about {quarrel.over}. "{Quarrel.mine}!"
        [shouted|said] {hero}. "{Quarrel.yours}!" answered {friend}.
      - Then, one {weather} {time}, everything went wrong. "{Quarrel.mine}," said {hero}.
        "{Quarrel.yours}," said {friend}. They had never before argued about {quarrel.over}, but now
        they could not stop.
      - One {time}, however, they began to argue about {quarrel.over}. Their voices grew louder and
        louder. "I'm not your friend any more!" {friend} said at last.
      - But friends can disagree. One {weather} {time}, when they were talking about {quarrel.over},
        {hero} said, "{Quarrel.mine}!" And {friend} shouted back, "{Quarrel.yours}!" After that,
        neither of them said anything nice.

      apart:
      - {Friend} stamped {friend.his} foot and went home. {Hero} sat down {hideout} and crossed
        {hero.his} arms. {Hero.He} was angry, but soon {hero.he} only felt <sad>.
      - {Hero} ran away and hid {hideout}. Nobody came. It was very quiet. "I wish {friend} were
        here," {hero.he} thought after a while.
      - For the rest of the day they did not say a word to each other. {Hero} tried to {game.verb}
        alone, but that does not work at all.
      - They turned their backs on each other. {Friend} walked home on the left side of the street,
        and {hero} on the right. That evening {hero} sat {hideout} and was <sad>.

      turn:
      - <byelder>
      - <bynote>
      - <bygift>

      byelder:
      - {Hero.His} {elder} [sat down beside {hero.him}|found {hero.him} there]. "What matters more,"
        {elder.he} asked <kindly>, "being right or having a friend?" {Hero} thought for a long time.
        Then {hero.he} got up and went to {friend}'s house. "I'm sorry," {hero.he} said. "I'm sorry
        too," said {friend}.
      - "When I was small, I had a quarrel like that," said {hero}'s {elder}. "I waited for my
        friend to say sorry, and my friend waited for me. We lost a whole summer." {Hero} did not
        want to lose a summer. {Hero.He} ran to {friend} <fast> and said, "Let's make up."

      bynote:
      - So {hero} took a piece of paper and wrote, "I miss you. Please come back." {Hero.He} folded
        it and pushed it under {friend}'s door. A minute later the door opened. "I was just writing
        the same thing," said {friend}.
      - In the morning there was a paper plane on {hero}'s windowsill. On its wing stood one word:
        sorry. {Hero} laughed, turned the plane around and wrote, "Me too!" Then {hero.he} sent it
        back to {friend}.

      bygift:
      - {Hero} looked at {hero.his} {color} {present}, which {friend} had always admired. {Hero.He}
        picked {present.them} up and went next door. "You may have {present.this}," {hero.he} said,
        "because you are my friend." {Friend} blushed. "I don't need {present.them}," {friend.he}
        said. "I only want to play with you again."
      - {Friend} came slowly up the path with a bag of {snack}. "Half of {snack.these} for you,"
        {friend.he} mumbled. "And I am sorry." "I am sorry too," {hero} said [<fast>|softly].

      peace:
      - {Quarrel.peace}. It was as easy as that.
      - This time they thought before they spoke. {Quarrel.peace}.
      - "How could we be so silly?" asked {hero}. {Quarrel.peace}.
      - And the matter that they had fought about? {Quarrel.peace}.

      end:
      - Then they went out to {game.verb}, and they laughed more than ever.
      - After that, whenever they disagreed, one of them only had to say "summer storm," and both
        began to laugh, because a storm is loud but soon over.
      - They still argued now and then, as friends do, but they never again went to bed angry.
      - "Friends?" asked {friend}. "Friends," said {hero}, and they shook hands on it. <closing>
      - {Hero} held out a bag of {snack} to {friend}. "The next time we quarrel," {hero.he} said,
        "let's make up before lunch."
      """
  )
}
