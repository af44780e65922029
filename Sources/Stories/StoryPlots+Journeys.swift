extension StoryPlot {
  static let journey = StoryPlot(
    "a journey to grandmother",
    cast: """
      hero: child
      trait: trait
      home: home
      grown: parent
      elder: elder
      transport: transport
      snack: snack
      dear: treasure
      color: color
      stranger: neighbor
      weather: weather
      dish: dish bowl
      pet: pet
      """,
    grammar: """
      story:
      - <once> <invite> <farewell> <way> <problem> <arrival> <end>
      - <once> <invite> <farewell> <problem> <arrival> <end>

      invite:
      - One day a letter came. "Please come and see me," wrote {hero}'s {elder}. "The {pet} misses
        you, and so do I."
      - {Hero.His} {elder} lived far away, on the other side of the hills. They had not met for a
        long time. "You are big enough now," said {hero}'s {grown}. "You may go there on your own."
      - {Hero.His} {elder} had hurt {elder.his} foot and could not leave the house. "I will visit
        {elder.him}," said {hero}, "and bring {elder.him} something good."
      - "I am big enough to visit {Elder} all alone," said {hero} one morning. {Hero.His} {grown}
        thought it over. "Yes," {grown.he} said at last, "I think you are."

      farewell:
      - On {a weather} morning {hero} packed a bag with {snack} and {a color dear}. "Go by
        {transport}, get off at the church, and don't lose your way," said {hero.his} {grown}.
      - {Hero.His} {grown} put some {snack} into a basket and gave {hero.him} {a color dear} for the
        trip. "Take the {transport}," {grown.he} said, "and then follow the path by the stream." It
        was {a weather} day.
      - {Weather.sky}. {Hero} put on {hero.his} shoes, took a basket of {snack}, and did not forget
        {hero.his} {color} {dear}. Then the {transport} came, and {hero} climbed in.

      way:
      - {Hero} loved {transport.gerund}. {Transport.window}. {Hero} counted seven bridges and
        forty-two cows.
      - {Transport.window}. Next to {hero} sat {stranger}, {a stranger.job}, who told funny stories
        until they arrived.
      - The {transport} was slow, but {hero} did not mind. {Transport.window}, and there was so much
        to see.

      problem:
      - <lostway>
      - <forgotten>
      - <bridge>

      lostway:
      - From the last stop {hero} had to walk. But soon the path split in two. Left or right? {Hero}
        did not know. <worry> <guide>

      guide:
      - Then {hero.he} remembered what {hero.his} {elder} always said: "Where the water runs, there
        is my house." {Hero.He} listened, heard the stream and took the path on the left.
      - Then, from far away, {hero.he} heard something. {A pet} {pet.sound}! "That is {Elder}'s
        {pet}!" cried {hero}, and followed the sound.
      - Just then an old woman with a goat came along. "Could you tell me the way, please?" {hero}
        asked politely. "Past the three birches and up the hill," said the old woman, and {hero}
        thanked her.

      forgotten:
      - After a while {hero} got off and walked up the path. Suddenly {hero.he} felt that something
        was missing. The {color} {dear}! {Dear.They} had stayed behind. But somebody came running
        and called {hero.his} name. It was {stranger} the {stranger.job}. "You left {dear.this} on
        the seat," {stranger.he} said, out of breath. {Hero} thanked {stranger.him} with
        {snack.one}.
      - Only when {hero} stood on the road did {hero.he} notice it. {Hero.He} did not have the
        {color} {dear} any more! <worry> Just then {stranger} the {stranger.job} waved from across
        the road. "Are you looking for {dear.this}?" {stranger.he} called. {Hero} was so glad that
        {hero.he} gave {stranger.him} {snack.one}.

      bridge:
      - {Hero} got off and walked the rest of the way. But where was the little bridge? The stream
        had carried it off! {Hero} walked along the bank until {hero.he} found a row of flat stones.
        {Hero.He} held {hero.his} basket high and went across, one careful step after another. Only
        one sock got wet.
      - Then it was time to walk. A fallen tree lay right across the path, and {hero} could not
        climb over it. So {hero.he} pushed {hero.his} basket through underneath and crawled after it
        on {hero.his} belly. "Even trees can't stop me," {hero.he} said, and brushed off the leaves.

      arrival:
      - At last {hero.he} saw smoke above a chimney. {Hero.His} {elder}'s {pet} {pet.sound} and came
        to meet {hero.him}. In the doorway stood {hero.his} {elder} and opened {elder.his} arms
        wide.
      - And there was the house with the green door! Behind it {a pet} {pet.sound}. {Hero} knocked.
        "Who is there?" "It's me, {hero}!" The door flew open, and {hero.his} {elder} laughed and
        cried at the same time.
      - The last few steps {hero} ran. {Hero.His} {elder} was sitting in front of the house, and
        beside {elder.him} {a pet} {pet.sound}. "Here I am!" {hero} shouted.

      end:
      - Soon they sat by the fire with bowls of {dish}, and {hero} told {hero.his} {elder}
        everything. "You are a real traveler now," {elder.he} said.
      - They unpacked the {snack} and cooked {dish}. "The best thing in your basket," said {hero}'s
        {elder}, "is that you came yourself."
      - "Weren't you afraid, all alone?" asked {hero}'s {elder}. "Only a little," said {hero}, "and
        only in the middle." Then they ate {dish}, and the {pet} {pet.gladly}.
      - That evening {hero} wrote a card to {hero.his} {grown}: "I got here safely. The {pet} is
        fat, the {dish} is good, and I want to stay for a hundred days."
      """
  )

  static let treasureMap = StoryPlot(
    "a treasure map",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      place: place green
      spot: spot @place
      elder: elder
      color: color
      treasure: treasure buried
      weather: weather fair
      time: time
      snack: snack
      toy: toy small many
      """,
    grammar: """
      story:
      - <once> <map> <setoff> <clues> <doubt> <dig> <end>
      - <once> <map> <setoff> <doubt> <dig> <end>

      map:
      - One {weather} {time}, {hero} was looking for a book in the attic. A piece of yellow paper
        fell out. It was a map with {a color} cross on it!
      - {Hero} found an old bottle under the steps. There was a map inside, and on the map there was
        {a color} cross.
      - Behind a loose board {hero} discovered a folded paper. "This must be a treasure map,"
        {hero.he} thought, for somebody had drawn {a color} cross in the corner.

      setoff:
      - {Hero} showed it to {hero.his} friend {friend}. "That is the {place}!" said {friend}. They
        took a shovel and some {snack} and ran {place.to}.
      - "{Friend}, look at this!" {hero} called to {hero.his} best friend. Before long the two of
        them were {place.at}, with a shovel, a bag of {snack} and the map.

      clues:
      - "Ten steps from the gate," {hero} read, "then toward the sun." They counted aloud. They came
        to a big stone with an arrow on it. "We are close!" said {friend}.
      - The map said, "Go where the crows sit." There was only one tree with crows in it. Under that
        tree they found another sign, scratched into the bark.
      - Next to the cross there were three tiny words, and {friend} held them up to the light.
        "Count to thirty," {friend.he} read. So they walked thirty steps from the entrance.
      - The path on the map went in a circle and then straight ahead. "It looks like a snail," said
        {friend}. They walked the snail, round and round, until they were dizzy.

      doubt:
      - They dug until their arms hurt. There was nothing but roots. "Maybe it's only a joke," said
        {friend}.
      - They dug one hole, and then another. All they found was a rusty spoon. {Hero} was <sad>.
        "Let's go home," {hero.he} said.
      - "Here it is!" cried {hero}. But it was just an old boot. They laughed, and then they were
        quiet.
      - They looked behind every tree and under every stone. "Somebody was here before us," said
        {friend}, and put down the shovel.

      dig:
      - Then {friend} turned the map around. "We held it upside down!" {friend.he} said. They
        started again, and this time the steps ended {spot}. There they found a little box.
      - They sat down and ate their {snack}. While they were eating, {hero} looked at the map again.
        "That is not a cloud," {hero.he} said slowly. "It is a drawing of this very spot!" And
        {spot}, under a thin layer of earth, was a little box.

      end:
      - <letter>
      - <coins>

      letter:
      - In the box {treasure.was} {a treasure}, {treasure.why}, and a letter. "Whoever finds
        {treasure.this} may keep {treasure.them}," it said. The writing looked familiar. It was the
        writing of {hero}'s {elder}! "I hid that box forty years ago," {hero.his} {elder} said that
        evening, and laughed. <share>
      - {Hero} opened the lid. Inside {treasure.was} {a treasure}. {Hero.His} {elder} stared when
        {elder.he} saw {treasure.them}. "I buried {treasure.that} when I was a child," {elder.he}
        said, "and then I lost the map." {Elder.He} let {hero} and {friend} keep {treasure.them}.
        <share>

      share:
      - One week {treasure.it} stayed with {hero}, and the next week with {friend}.
      - "The real treasure," said {hero}, "was looking for it with you, {friend}."

      coins:
      - The box was full of {color} {toy}. They were not worth any money, but {hero} and {friend}
        shared them fairly, one for you and one for me. Then they put a new note into the box and
        buried it again. Who knows who will find it one day?
      - There was no gold inside, only {toy} and a slip of paper. "To the finder," it said. "Play
        with these and be happy." And that is just what {hero} and {friend} did. <goodnight>
      """
  )

  static let lostChild = StoryPlot(
    "lost in the crowd",
    cast: """
      hero: child
      trait: trait
      home: home
      grown: parent
      place: place crowd
      spot: spot @place
      weather: weather fair
      color: color
      hat: treasure clothes
      helper: neighbor
      snack: snack sweet
      pet: pet
      time: time
      """,
    grammar: """
      story:
      - <once> <trip> <advice> <distract> <alone> <help> <found> <end>

      trip:
      - One {weather} {time}, {hero} and {hero.his} {grown} went {place.to}. {Hero.His} {grown} wore
        {a color hat}.
      - {Hero} was excited, because today they were going {place.to}. "Hold my hand," said
        {hero.his} {grown}, who had put on {a color hat}. "There will be a lot of people."
      - {Weather.sky}. It was just the right {time} to go {place.to}. {Hero} walked hand in hand
        with {hero.his} {grown}, who wore {a color hat}.
      - On {a weather time}, {hero} and {hero.his} {grown} set out early {place.to}. So that {hero}
        could find {grown.him} easily, {hero.his} {grown} had put on {a color hat}.

      advice:
      - "If you ever lose me," {grown.he} said, "stay where you are, or ask somebody who works
        here."
      - "What do you do if we lose each other?" {hero.his} {grown} asked. "I stand still," said
        {hero}, "and I ask for help."

      distract:
      - Then {hero} saw {a pet} that could dance on a barrel. {Hero.He} let go of the hand, only for
        a moment, and went closer. The {pet} {pet.sound} and {pet.gladly}.
      - There was so much to see! A man made soap bubbles as big as pumpkins, and {hero} ran after
        one, and then after another.
      - It smelled of {snack}. {Hero} followed {hero.his} nose, past one stall and then past the
        next.
      - At a little table a woman painted butterflies on children's cheeks. {Hero} stopped to watch,
        and watched a bit too long.

      alone:
      - When {hero.he} turned around, {hero.he} saw only strangers. {Hero.He} looked for the {color}
        {hat}, but there was no {color} {hat} anywhere. <worry>
      - "Did you see that?" {hero.he} asked. But the person next to {hero.him} was a stranger. Where
        was {hero.his} {grown}? <worry>

      help:
      - {Hero} wanted to run. But then {hero.he} remembered what they had said. {Hero.He} stayed
        right there, {spot}, and looked around. Not far away {helper}, the {helper.job}, was handing
        out leaflets. "Excuse me," said {hero}. "I have lost my {grown}."
      - <courage> {Hero.He} sat down {spot} and waited. Soon {helper}, the {helper.job} from their
        street, came by. "{Hero}! Are you all alone?" {helper.he} asked.

      found:
      - "What does {grown.he} look like?" asked {helper}. "{Grown.He} is wearing {a color hat},"
        said {hero}. {Helper} climbed onto a bench and looked over all the heads. "I can see
        {hat.them}!" {helper.he} called.
      - {Helper} gave {hero.him} {snack.one} and rang a big bell. "A child is waiting here!"
        {helper.he} called. It did not take long before something {color} came hurrying through the
        crowd.

      end:
      - {Hero} ran into the arms of {hero.his} {grown}. "You did everything right," {grown.he} said,
        "almost." They both thanked {helper}, and for the rest of the day {hero} held on tight.
      - "There you are!" cried {hero.his} {grown}. {Grown.He} hugged {hero.him} so hard that
        {hero.he} could hardly breathe. "Thank you, {helper}," {hero} said, and shook {helper.his}
        hand.
      - {Hero.His} {grown} had been looking everywhere. "I stood still," said {hero}, "as we had
        agreed." {Hero.His} {grown} put the {color} {hat} on {hero}, so that {hero.he} could not be
        lost again.
      - "I was scared," said {hero}, "but I remembered what to do." {Hero.His} {grown} kissed
        {hero.him} and thanked {helper}, and then they all ate {snack} together.
      """
  )
}
