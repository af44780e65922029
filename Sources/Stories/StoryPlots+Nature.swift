extension StoryPlot {
  static let stray = StoryPlot(
    "a found animal",
    cast: """
      hero: child
      trait: trait
      home: home
      stray: stray
      grown: parent
      weather: weather
      time: time
      vet: neighbor
      hideout: hideout outdoor
      friend: child
      owner: neighbor
      """,
    grammar: """
      story:
      - <once> <hear> <find> <ask> <care> <question> <end>

      hear:
      - One {weather} {time}, {hero} was on {hero.his} way home from school when something
        {stray.sound} in the bushes.
      - {Weather.sky}. It was {a weather time}, and {hero} was walking home with {hero.his} friend
        {friend}. "Listen!" said {friend}. Something {stray.sound} quite near them.
      - On {a weather time}, {hero} sat {hideout} with a book. Something {stray.sound}, very softly.
      - {Hero} heard it before {hero.he} saw it. It was {a weather time}, and behind the garden
        fence something {stray.sound}, again and again.

      find:
      - {Hero} knelt down and pushed the leaves apart. There was {a stray}, {stray.looks}.
      - It was {a stray}! It was {stray.looks}, and it was all alone.
      - {Hero} followed the sound and found {a stray}. It was {stray.looks} and looked at {hero.him}
        with big round eyes.
      - There, under a big leaf, sat {a stray}, {stray.looks}. "Where is your mother?" {hero} asked,
        but the {stray} only {stray.sound}.

      ask:
      - "Don't be afraid," {hero} whispered. {Hero.He} waited for a while, in case the mother came
        back. But nobody came, so {hero.he} wrapped the {stray} in {hero.his} jacket and took it
        home.
      - {Hero} waited for an hour, but no mother came. "You can't stay here," {hero.he} said, and
        carried the {stray} home as carefully as an egg.

      care:
      - "May I keep it?" {hero} asked. "It is not a toy," said {hero.his} {grown}, "but we can help
        it until it is strong." They gave it {stray.food} and made it a bed: {stray.bed}.
      - {Hero.His} {grown} looked at the {stray} and then at {hero}. "First it has to eat,"
        {grown.he} said. The {stray} got {stray.food}, and {hero} made it a bed: {stray.bed}. Soon
        it was asleep.
      - {Hero} ran to {vet}, who knew a lot about animals. "It needs {stray.food}," said {vet}, "and
        {stray.bed} for a bed." {Hero.His} {grown} helped, and {hero} did everything just so.

      question:
      - <claimed>
      - <owner>
      - <released>
      - <named>

      claimed:
      - Day by day the {stray} grew stronger. It followed {hero} from room to room. But one morning
        {stray.mother} stood at the gate and called. The {stray} {stray.sound} and ran to meet her.
        {Hero} swallowed. "Go on," {hero.he} said. "She is your mother." And they went home together
        to {stray.home}.
      - The {stray} ate and slept and grew. Then, one evening, {hero} saw {stray.mother} in the
        garden. She did not move. The {stray} {stray.sound} loudly. <courage> Then {hero.he} opened
        the door wide, and the two of them went off together to {stray.home}.

      owner:
      - The next morning {hero} and {friend}, {hero.his} best friend, asked at every door if
        somebody had lost {a stray}. In the last house lived {owner}, {a owner.job}. "I saw
        {stray.mother} looking for her baby," {owner.he} said, "over at {stray.home}." So they
        brought the {stray} there. The mother came at once, and how happy they both were!
      - "Somebody must be missing you," {hero} told the {stray}. {Hero.He} painted a sign and hung
        it up at the corner, and {friend}, {hero.his} best friend, painted another. The same day
        {owner} the {owner.job} knocked at the door. "I know where its mother lives," {owner.he}
        said. "She is waiting for it at {stray.home}."

      released:
      - After two weeks the {stray} was healthy and strong. "It is time," said {hero}'s {grown}.
        They brought it to {stray.home}. The {stray} looked back once, and then it was gone. {Hero}
        was sad and glad at the same time.
      - When spring came, the {stray} was strong enough. {Hero} and {hero.his} {grown} carried it to
        {stray.home} and stepped back. For a moment it sat quite still. Then it ran, and {hero}
        waved until it was out of sight.

      named:
      - {Hero} did not give it a name. "It belongs to itself," {hero.he} told {friend}, {hero.his}
        best friend. When it could eat and run on its own, {hero} and {friend} took it to
        {stray.home} and opened the basket. The {stray} sniffed the air, {stray.sound} once and was
        gone.

      end:
      - "You did the right thing," said {hero}'s {grown}. "That is what love is: wanting somebody to
        be happy."
      - But that was not the end. Every few days something {stray.sound} at the garden gate, and
        {hero} knew who had come to visit.
      - {Hero} missed the {stray} a lot. But whenever {hero.he} passed {stray.home}, {hero.he} stood
        still for a moment, and sometimes {hero.he} saw two bright eyes.
      - {Hero} drew a picture of the {stray} and hung it over {hero.his} bed. <closing>
      - Many weeks later, {hero} saw the {stray} again, and it had grown so much that {hero.he}
        hardly knew it. But it knew {hero.him}.
      """
  )

  static let seed = StoryPlot(
    "a seed that grows",
    cast: """
      hero: child
      trait: trait
      home: home
      plant: plant
      giver: neighbor
      color: color
      sibling: child
      friend: child
      """,
    grammar: """
      story:
      - <once> <gift> <planting> <nothing> <danger> <growth> <end>

      gift:
      - One day in spring, {giver} the {giver.job} gave {hero} {a plant.seed}. "Take good care of
        it," {giver.he} said. "There is something wonderful inside."
      - {Hero} found {a plant.seed} on the ground and showed it to {giver} the {giver.job}. "Plant
        it and be patient," said {giver}. "Then you will see what it is."
      - {Hero} had helped {giver} the {giver.job} all day. "This is for you," {giver.he} said, and
        put {a plant.seed} into {hero.his} hand.

      planting:
      - While {hero.his} friend {friend} looked on, {hero} filled {a color} pot with earth, made a
        hole with {hero.his} finger and planted it. Then {hero.he} gave it some water.
      - In the garden {hero} dug a small hole, put it in and covered it up with soft earth.
        {Friend}, {hero.his} best friend, marked the place with {a color} stick.
      - {Hero} asked {hero.his} friend {friend} for help. {Friend} dug the hole, {hero} laid the
        seed in it, and together they patted the earth flat and put {a color} stone beside it.

      nothing:
      - The next morning {hero} ran to look. There was nothing to see. {Hero.He} waited one day, two
        days, a whole week. Nothing!
      - "When will it come up?" {hero} asked every day. {Friend} laughed. "You are watering mud!"
        {friend.he} said. But {hero} went on watering.
      - Nothing happened for so long that {hero} wanted to dig it up again. "Don't!" said {giver}.
        "A seed grows best when nobody looks."
      - "A watched pot never boils," said {giver}, "and a watched seed never grows." So {hero} and
        {friend} made a calendar and crossed out day after day.

      danger:
      - Then, at last, a tiny green tip stuck out of the earth. <peril>
      - After a rainy night there it was: one small leaf, as green as a frog. <peril>

      peril:
      - But there was a snail that liked green leaves as well. Every evening {hero} picked it up and
        carried it to the other end of the garden, where the weeds were.
      - But then the sun burned down for days, and the leaves hung limp. {Hero} carried water,
        morning and evening, and built a little roof out of {a color} cloth.
      - One night it turned cold. {Hero} got up, took {hero.his} own {color} scarf and wrapped it
        around the plant.
      - A ball came flying over the fence and bent the stem. {Friend} came after it. "I'm sorry,"
        {friend.he} said. {Hero} tied the stem to a stick with {a color} thread, and {friend} held
        it straight.

      growth:
      - The plant grew and grew. Summer came, and it was {a plant}, and it {plant.bloom}.
      - Weeks went by. "What is it going to be?" {hero}'s little {sibling.sibling} {sibling} asked.
        It was {a plant}! One morning it {plant.bloom}.
      - By the end of summer everyone could see what it was. The {plant} {plant.bloom}.

      end:
      - "You see?" said {giver}. "You could not hurry it, but you did not forget it either." And the
        {plant} {plant.yield}.
      - In the end it {plant.yield}. {Hero} kept just one seed and gave it to {friend}. "You have to
        be patient," {hero.he} said.
      - The {plant} {plant.yield}. {Hero} was as proud as could be, and {giver} got the first share.
      - "All of that was inside such a small thing," said {hero}, and shook {hero.his} head. And
        that year it {plant.yield}. <closing>
      - "Where did it all come from?" asked {friend}. "From waiting," said {hero}. That year it
        {plant.yield}.
      """
  )
}
