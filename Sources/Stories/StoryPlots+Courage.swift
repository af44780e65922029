extension StoryPlot {
  static let darkness = StoryPlot(
    "fear of the dark",
    cast: """
      hero: child
      trait: trait
      home: home
      grown: parent
      noise: noise
      toy: toy soft
      color: color
      dish: dish !bowl
      """,
    grammar: """
      story:
      - <once> <fear> <night> <fright> <look> <end>

      fear:
      - {Hero} was not afraid of spiders or thunder. But {hero.he} was afraid of the dark.
      - By day {hero} was brave. But when the lamp went out in the evening, {hero.his} room seemed
        to be full of shadows.
      - There was only one thing that {hero} did not like, and that was the dark.
      - Every evening it was the same: {hero} wanted one more story, one more song, one more sip of
        water, because {hero.he} was afraid of the dark.
      - {Hero} could climb the highest tree and swim in the deepest pond. But as soon as it was
        dark, all {hero.his} courage was gone.

      night:
      - One night {hero} lay in bed with {hero.his} {color} {toy} and pulled the blanket up to
        {hero.his} chin. <outside>
      - It was late. {Hero.His} {grown} had kissed {hero.him} good night and closed the door.
        <outside> {Hero} held {hero.his} {color} {toy} tight.
      - When the story was over, {hero}'s {grown} put out the lamp and went downstairs. {Hero}
        hugged {hero.his} {color} {toy} and listened. <outside>

      outside:
      - The moon hid behind a cloud.
      - Not a single star was in the sky.
      - The house was as still as a stone.
      - Somewhere a clock struck nine.

      fright:
      - Then there was {noise.heard}. {Hero} sat up. "Who is there?" {hero.he} whispered. Nobody
        answered, but it {noise.verb} again.
      - All at once {hero} heard {noise.heard}. {Hero.His} heart beat fast. Was it a monster? Was it
        a ghost?
      - What was that? Something {noise.verb} in the darkness! {Hero} heard {noise.heard}, and then
        another. {Hero.He} hid under the blanket and did not dare to breathe.
      - {Hero} was almost asleep when {hero.he} heard it: {noise.heard}, very near. {Hero.He} opened
        {hero.his} eyes wide, but {hero.he} could see nothing at all. Then it {noise.verb} a second
        time.

      look:
      - <alone>
      - <together>

      alone:
      - {Hero} looked at {hero.his} {toy}. "You are scared too, aren't you?" {hero.he} said. "Then I
        have to be brave for both of us." {Hero.He} took {hero.his} flashlight and [tiptoed|crept]
        toward the sound. <found>
      - <courage> "Monsters don't live in houses," {hero.he} told {hero.his} {toy}. With one hand
        {hero.he} held the {toy}, and with the other {hero.he} switched on the lamp. <found>
      - "One, two, three," {hero} counted, and at three {hero.he} jumped out of bed and pulled the
        curtain aside. A bit of starlight fell into the room. With the {toy} under {hero.his} arm,
        {hero.he} looked into every corner. <found>

      found:
      - And what did {hero.he} see? It was only {noise.cause}!
      - There was no monster at all. It was just {noise.cause}. {Hero} laughed at {hero.himself}.
      - "So that is what you are!" said {hero}. The terrible monster was nothing but {noise.cause}.

      together:
      - "{Grown}!" {hero} called. The door opened, and {hero.his} {grown} sat down on the bed.
        "Let's find out what it is," {grown.he} said. Hand in hand they followed the sound, and
        there it was: {noise.cause}. "Is that all?" asked {hero}, and both of them laughed.
      - {Hero} ran to {hero.his} {grown}. "Something in my room {noise.verb}!" {hero.he} said. "Then
        let's go and say hello to it," said {hero.his} {grown}, and took a candle. Together they
        looked everywhere, until they found out what it was. It was {noise.cause}.

      end:
      - The cure was {noise.cure}, and after that the night was quiet. "The dark is only the day
        with its eyes closed," {hero.his} {grown} used to say, and now {hero} knew that it was true.
      - Then {hero.his} {grown} made {hero.him} {a dish}, and {hero} went back to bed. "Good night,
        dark," said {hero}. It did not feel so big any more.
      - All that was needed was {noise.cure}. {Hero} tucked {hero.his} {toy} in and said, "You see?
        There was nothing to be afraid of."
      - From that night on, when {hero} heard a sound in the dark, {hero.he} did not hide. {Hero.He}
        went to look, because {hero.he} had learned that most monsters are very small.
      - The next morning {hero} told everybody about the night. "I was afraid," {hero.he} said, "but
        I looked anyway." "That," said {hero.his} {grown}, "is what being brave means."
      - "Tomorrow we will need {noise.cure}," {hero} told {hero.his} {toy} and yawned. A minute
        later {hero.he} was asleep.
      """
  )

  static let stage = StoryPlot(
    "stage fright",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      show: show
      grown: elder
      color: color
      town: town
      snack: snack sweet
      """,
    grammar: """
      story:
      - <once> <plan> <practice> <fright> <help> <stage> <end>

      plan:
      - In spring there was always a show [at school|in the {town}]. This year {hero} was chosen to
        {show.verb}, and the teacher gave {hero.him} {a show.prop} to go with it.
      - "Who wants to be in the show?" asked the teacher. {Hero}'s hand went up before {hero.he}
        could think. Now {hero.he} was going to {show.verb}, with {a show.prop} from the big costume
        box.
      - The whole {town} was getting ready for the big summer show. {Hero} was going to {show.verb},
        in {a color} costume and with {a show.prop}.

      practice:
      - {Hero.He} practiced in the bath, on the stairs and on the way to school. Soon {hero.he}
        could {show.verb} even with {hero.his} eyes closed.
      - Day after day {hero} practiced in front of the mirror. {Hero.His} {grown} clapped each time.
        "You are getting better and better," {grown.he} said.
      - For two weeks {hero} could think of nothing else. {Hero.He} practiced until even the cat
        knew every step.
      - {Hero} practiced with {friend}, {hero.his} best friend, who knew every line by heart. They
        laughed a lot, and it went well each time.

      fright:
      - But when the evening came and {hero} peeked through the curtain, {hero.he} saw a hundred
        faces. {Hero.His} legs turned to jelly. "I can't," {hero.he} whispered. "{Show.worry}!"
      - Then the great day arrived. Behind the stage {hero} stood with the {show.prop}, and
        {hero.his} hands shook. "I am so afraid that {show.worry}," {hero.he} said.
      - On the night of the show, {hero} could not eat a bite. "I want to go home," {hero.he} said.
        "I know that {show.worry}."

      help:
      - <friendhelp>
      - <grownhelp>

      friendhelp:
      - {Friend}, who had to open the curtain, saw how pale {hero} was. "Just look at me,"
        {friend.he} said <kindly>. "I will stand right here at the side. Do it for me, as you did in
        practice."
      - "I'm scared too," said {friend}, who was next. "Shall we be scared together?" That made
        {hero} smile. {Friend} squeezed {hero.his} hand, and the fear grew a little smaller.

      grownhelp:
      - {Hero.His} {grown} came behind the stage. "Do you know a secret?" {grown.he} whispered. "A
        fast heart is just a drum that calls you to begin. And even if it goes wrong, we will love
        you just as much." <meanwhile>
      - "Breathe in like smelling a rose," said {hero}'s {grown}, "and breathe out like blowing on
        hot soup." {Hero} smelled the rose and cooled the soup, three times. <meanwhile>
      - "Give me your hand," said {hero}'s {grown}. "I will tell you what I did at my first show. I
        looked at the last row, where nobody can see your knees shake." {Hero} had to laugh.
        <meanwhile>

      meanwhile:
      - "You can do it!" said {friend}, who pulled the curtain.
      - {Friend}, who had just finished a funny dance, gave {hero} a thumbs-up.
      - "We are all on your side," whispered {friend}, who was holding the lamp.

      stage:
      - <courage> Then {hero.he} stepped into the light and began to {show.verb}. The first moment
        was hard, but after that it went all by itself.
      - {Hero} walked out. It was so quiet that {hero.he} could hear {hero.his} own breath.
        {Hero.He} looked for {friend}, saw a smile and began. One small mistake slipped in, but
        {hero} simply went on, and nobody minded.
      - Up went the curtain. {Hero} held the {show.prop} tight, opened {hero.his} mouth and forgot
        all about the hundred faces.
      - {Hero} walked to the middle of the stage. Somebody coughed. {Hero} thought of the long weeks
        of practice, smiled and began to {show.verb}, and it was even better than at home.

      end:
      - When it was over, there was a moment of silence. Then the people jumped up and clapped and
        clapped. {Hero} bowed so low that the {show.prop} nearly fell to the floor.
      - How the people cheered! "You see?" said {friend}. "Your worry was bigger than the stage."
        "Thank you, {friend}," {hero} said. "Next time I will stand there for you."
      - Afterward there {snack.was} {snack} for everyone. "Were you afraid?" asked {hero}'s {grown}.
        "Yes," said {hero} with a full mouth, "but it was the good kind of afraid."
      - {Hero} could hardly believe it. "Can I do it again tomorrow?" {hero.he} asked, and {friend}
        laughed. <goodnight>
      - {Hero.His} {grown} was the first to stand up and cheer. "I told you so," said {friend}, and
        both of them bowed, hand in hand.
      """
  )

  static let skill = StoryPlot(
    "learning a skill",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      skill: skill
      teacher: elder
      weather: weather fair
      time: time
      snack: snack
      color: color
      """,
    grammar: """
      story:
      - <once> <wish> <first> <giveup> <help> <practice> <success> <end>
      - <once> <wish> <first> <help> <practice> <success> <end>
      - <once> <wish> <first> <giveup> <help> <success> <end>

      wish:
      - More than anything else, {hero} wanted to learn to {skill.verb}. {Hero.His} friend {friend}
        could do it already.
      - One {weather} {time}, {hero} saw {friend} from next door {skill.gerund}. "I want to do that
        too," {hero.he} thought.
      - "When I am big, I will {skill.verb}," {hero} always said. "Why not now?" asked {hero.his}
        friend {friend}.
      - All the other children could {skill.verb}. Only {hero} had never tried it. So one {weather}
        {time} {hero.he} asked {hero.his} friend {friend} to show {hero.him} how.
      - There was one thing that {hero} could not do, and that was to {skill.verb}. "It can't be so
        hard," said {hero.his} friend {friend}. "Come, I will show you."

      first:
      - It looked so easy! But when {hero} tried it, {skill.fail}.
      - {Hero} put on {hero.his} {color} sweater and tried. Once, twice, three times {skill.fail}.
      - {Friend} showed {hero.him} how. "Now you," {friend.he} said. {Hero} tried, and {skill.fail}.
      - {Hero} watched closely and thought that {hero.he} understood. But the very first time
        {hero.he} tried, {skill.fail}.

      giveup:
      - "I will never learn it," said {hero}, and {hero.he} was <sad>.
      - Two boys on the wall giggled. {Hero}'s ears turned red. "I don't even want to {skill.verb},"
        {hero.he} said. But that was not true.
      - {Hero} tried again the next day, and the day after that. It was always the same:
        {skill.fail}. {Hero.He} wanted to give up.
      - "Maybe I am just not made for it," {hero} sighed, and {hero.he} went home without a word.

      help:
      - "Do you know how often I failed?" asked {friend}. "A hundred times! Here is the trick.
        {Skill.advice}."
      - {Hero.His} {teacher} sat down next to {hero.him}. "Nobody can do it the first time,"
        {teacher.he} said <kindly>. "{Skill.advice}. The rest will come."
      - That evening {hero} told {hero.his} {teacher} about it. "I was just the same," {teacher.he}
        said. "Then somebody told me: {skill.advice}. Try it that way tomorrow."
      - "You think too much about what the others say," said {friend}. "Only think of one thing.
        {Skill.advice}."

      practice:
      - So {hero} tried once more. {Hero.He} went slowly and thought of those words. It was a tiny
        bit better.
      - Every day {hero} practiced for a while, and {friend} came along and counted. After a week
        there were fewer mistakes, and after two weeks there were hardly any.
      - {Hero} practiced before breakfast and after supper. Sometimes it worked, and sometimes
        {skill.fail}, but {hero.he} did not stop.
      - The next {time} was {weather} again. {Hero} whispered the advice to {hero.himself} like a
        spell, and tried, and tried, and tried.

      success:
      - And then, on {a weather} morning, it happened. {Hero} {skill.works}! "I can do it!"
        {hero.he} shouted.
      - One day, when nobody was looking, {hero} {skill.works}. {Hero.He} was so surprised that
        {hero.he} had to sit down.
      - "Watch me!" {hero} called at last. {Friend} turned around just in time. {Hero}
        {skill.works}. "You did it!" {friend} cried.
      - Then came a day when everything fell into place. {Hero} {skill.works}, and {friend} threw
        {friend.his} cap into the air.

      end:
      - {Hero.His} {teacher} clapped. "It was not luck," {teacher.he} said. "It was practice."
        {Hero} was very proud.
      - "Thank you for not laughing at me, {friend}," said {hero}. They shared some {snack}, and
        then they practiced together until it grew dark.
      - Now {hero} teaches the little ones who want to {skill.verb}. And what does {hero.he} tell
        them? "{Skill.advice}. And never give up!"
      - {Hero} grinned from ear to ear. "Tomorrow," {hero.he} said to {friend}, "we will find
        something new that I can't do yet." <goodnight>
      - That evening {hero} wrote in {hero.his} {color} notebook, "Today I learned to {skill.verb}.
        What is next?"
      """
  )
}
