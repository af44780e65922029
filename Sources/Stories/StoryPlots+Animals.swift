extension StoryPlot {
  static let race = StoryPlot(
    "a race",
    cast: """
      hero: critter slow
      rival: critter quick
      judge: critter
      trait: trait
      race: race
      weather: weather fair
      time: time
      color: color
      """,
    grammar: """
      story:
      - <meet> <boast> <course> <start> <middle>

      meet:
      - {Hero.den} lived {hero}, {a trait hero.kind}. {Hero.He} loved {hero.food} and long talks,
        and {hero.he} never hurried.
      - {Hero} was {a trait hero.kind}. "Slow and sure," {hero.he} liked to say when somebody
        laughed at {hero.his} short legs.
      - Once there was {a hero.kind} called {hero}, who was {trait} and just a little slow.
        {Hero.He} lived {hero.den}.

      boast:
      - One {weather} {time}, {rival} the {rival.kind} came by. "I am the fastest of all the
        animals," said {rival}. "Nobody can beat me. And you, {hero}, least of all!"
      - Not far away lived {rival}, {a rival.kind} who was very quick and very proud. "You are as
        slow as honey in winter," {rival} said to {hero} one {weather} {time}, and laughed.
      - "Why do you walk like that?" asked {rival} the {rival.kind}. "I can run around the wood
        before you have put on your hat." It was {a weather time}.
      - One {weather} {time}, {rival} the {rival.kind} ran right through {hero}'s garden. "Make
        way!" {rival.he} cried. "Some of us have places to go, and some of us are just slow." {Hero}
        had had enough.

      course:
      - "Then let us have a race," said {hero} quietly, "{race.course}. The winner gets
        {race.prize}." Everybody gasped. {Judge} the {judge.kind} was chosen as the judge.
      - {Judge} the {judge.kind} shook {judge.his} head. "Stop arguing and have a race," {judge.he}
        said. "{Race.course}, and {race.prize} for the winner." "Fine," said {hero}. "Fine," said
        {rival}, and yawned.

      start:
      - {Judge} waved {a color} flag, and off they went. {Rival} {race.went} so fast that the dust
        flew up. {Hero} came behind, one step after another.
      - "Ready, steady, go!" cried {judge}. In the twinkling of an eye {rival} was out of sight.
        {Hero} did not look left or right. {Hero.He} just kept going.
      - All the animals stood along the way. "Go!" called {judge}, and dropped {a color}
        handkerchief. {Rival} was far ahead after only a moment.
      - On the day of the race, everyone was there. {Judge} counted to three and blew {a color}
        whistle. {Rival} shot away like an arrow, and {hero} set out at {hero.his} usual pace.

      middle:
      - <nap> <pass> <finish> <end>
      - <snack> <pass> <finish> <end>
      - <thorn> <kind> <tie>

      nap:
      - Halfway there, {rival} looked back. There was no {hero.kind} to be seen. "I have time for a
        nap," {rival.he} said. {Rival.He} lay down in the shade and was soon snoring.
      - "This is too easy," thought {rival}. {Rival.He} stretched out on the soft grass to watch the
        clouds, and before {rival.he} knew it, {rival.his} eyes fell shut.

      snack:
      - On the way {rival} smelled something good. Somebody had left a heap of {rival.food} under a
        tree! {Rival} ate a little, and then a little more, until {rival.he} could hardly stand.
      - Soon {rival} met some old friends. "I have all the time in the world," {rival.he} told them,
        and stayed to eat {rival.food} with them, and boasted, and forgot about the race.

      pass:
      - Meanwhile {hero} came along, step by step. {Hero.He} saw {rival}, smiled and went past
        without a sound.
      - {Hero} was hot and tired, but {hero.he} did not rest. {Hero.He} passed {rival} and went on,
        and soon {hero.he} could see the finish line.

      thorn:
      - Suddenly there was a cry. {Rival} had stepped on a thorn and sat by the path, holding
        {rival.his} foot.
      - But {rival} did not look where {rival.he} was going. {Rival.He} tripped over a root and
        rolled into a ditch full of nettles. "Help!" {rival.he} cried.

      kind:
      - {Hero} could have gone past and won. But {hero.he} stopped. "Give me your paw," {hero.he}
        said, and helped {rival.him} up. "Lean on me. We will go together."
      - {Hero} looked at the finish line, and then {hero.he} looked at {rival}. "Winning is not
        everything," {hero.he} said. {Hero.He} helped {rival.him} up and walked beside {rival.him},
        very slowly.

      finish:
      - {Rival} came rushing as fast as {rival.he} could, but it was too late. {Hero} had just
        crossed the line! "The winner is {hero}!" cried {judge}.
      - A great cheer woke the whole wood. {Rival} ran and ran, but when {rival.he} arrived, {hero}
        was already sitting behind the line. "You are late," said {judge}. "{Hero} has won."

      tie:
      - So they crossed the {color} line side by side. "There are two winners today," said {judge},
        "and one of them is the kindest {hero.kind} I know." They shared the prize between them, and
        {rival} never boasted again.
      - They reached the line last of all, arm in arm. But how the animals cheered! {Judge} gave
        {hero} {race.prize}. "Not for the fastest legs," {judge.he} said, "but for the best heart."
        "I would have chosen {hero} too," said {rival} softly.

      end:
      - {Hero} got {race.prize}. {Rival} hung {rival.his} head. "I will never laugh at you again,"
        {rival.he} said. "Then come and celebrate with me," said {hero}, and they ate {hero.food}
        and {rival.food}.
      - From that day on, nobody called {hero} slow any more. They called {hero.him} steady.
      - "How did you do it?" asked {rival}. "I only went on," said {hero}. Then {hero.he} shared the
        prize with {rival}, and they became friends.
      - The animals carried {hero} home on their shoulders, and {hero.he} held {race.prize} up high.
        "Congratulations," said {rival} in a very small voice, and this time {rival.he} meant it.
      """
  )

  static let storm = StoryPlot(
    "a storm",
    cast: """
      hero: critter
      friend: critter
      third: critter
      trait: trait
      mood: trait
      color: color
      dish: dish bowl
      treasure: treasure carry
      """,
    grammar: """
      story:
      - <meet> <signs> <storm> <refuge> <night> <morning> <end>

      meet:
      - {Hero} the {hero.kind} lived {hero.den}, and {hero.his} neighbor was {friend},
        {a mood friend.kind}.
      - Once upon a time, {a trait hero.kind} called {hero} had a snug little home {hero.den}.
        {Hero.His} best friend was {friend} the {friend.kind}.
      - {Hero.den} lived {hero}, {a trait hero.kind}. From the door {hero.he} could see the home of
        {friend} the {friend.kind}.

      signs:
      - One evening the sky turned {color}, and the birds stopped singing. "A storm is coming," said
        {friend}. "I can feel it in my bones."
      - One day the clouds were as dark as ink. {Hero} was out looking for {hero.food}. "Go home,
        {hero}!" called {friend}. "It smells like thunder."
      - It had been hot all day. Toward evening a cold wind came up, and the leaves began to
        whisper. {Hero} brought in {hero.his} {treasure} and shut the door.
      - "My {treasure} must not get wet," said {hero}, and put {treasure.them} on the highest shelf.
        The wind was growing, and the sky was {color} at the edges.

      storm:
      - Then came the lightning, and the thunder, and the rain. It rained so hard that the water ran
        into {hero}'s home. First {hero.his} feet were wet, then {hero.his} bed, and then there was
        no dry place left.
      - That night the storm broke loose. The wind howled, branches cracked, and with a terrible
        crash a tree fell right across {hero}'s home. {Hero} was not hurt, but {hero.he} had to run
        out into the rain.
      - Boom! The thunder shook the ground. Water came in through every crack of {hero}'s home.
        {Hero} grabbed {hero.his} {treasure} and ran.
      - At midnight a flash of lightning turned the world {color}. The stream rose and rose, until
        it came in under {hero}'s door. There was no time to lose. {Hero} ran.

      refuge:
      - {Hero} struggled through the rain to {friend}'s door and knocked. "Please, may I come in?"
        "Of course," said {friend}. "Come in and get dry!"
      - "Where shall I go?" {hero.he} wailed. Then {hero.he} saw a little light. It was {friend},
        who stood in the rain with a lantern. "I came to look for you," {friend.he} said. "Quick,
        come home with me!"
      - {Hero} hid under a root, wet and cold. "{Hero}! {Hero}!" somebody called. It was {friend}.
        "I would not sleep a wink if I knew you were out here," {friend.he} said, and took
        {hero.him} home.

      night:
      - It was tight in there, for {third} the {third.kind} had come too. But {friend} cooked {dish}
        for everybody, and they told stories until the thunder was only a mumble.
      - {Friend} gave {hero.him} a dry blanket and a bowl of {dish}. In the corner sat {third} the
        {third.kind}, who had lost {third.his} home as well. They sat close together and sang,
        louder than the wind.
      - "Is there room for one more?" asked a voice. It was {third} the {third.kind}. They all moved
        together. It was crowded, but it was warm, and there was {dish} for everyone.

      morning:
      - In the morning the sun came out and the whole forest dripped and shone. {Hero}'s home was a
        sad sight. "We will help you," said {friend}. {Third} carried branches, {friend} dug, and by
        evening the home was dry again.
      - When the storm was over, they went to see what was left. {Hero} sighed. But {third} had
        already rolled up {third.his} sleeves. "Three can do more than one," {third.he} said. They
        worked until the sun went down, and {hero}'s home was better than before.
      - The next day everything smelled fresh and clean. But {hero}'s home was full of mud. "Many
        paws make light work," said {third}. {Friend} brought dry leaves, {third} brought new twigs,
        and {hero} swept and swept until it was snug again.

      end:
      - "How can I thank you both?" asked {hero}. "You don't have to," said {friend}. "Next time it
        may be me who knocks at your door."
      - {Hero} invited {friend} and {third} to a feast, and there were enough {hero.food} for
        everyone. And when thunder rolled again in the distance, none of them was afraid.
      - Since then, a lantern has hung beside {hero}'s door. On stormy nights {hero.he} lights it,
        so that anyone who is out in the rain can find the way.
      - "Storms are bad," said {hero}, "but without this one, I would not have known what good
        friends I have."
      """
  )

  static let smallHelper = StoryPlot(
    "a small helper",
    cast: """
      hero: critter small
      giant: critter large
      trait: trait
      color: color
      weather: weather fair
      time: time
      dish: dish bowl
      """,
    grammar: """
      story:
      - <meet> <laugh> <trap> <others> <rescue> <end>

      meet:
      - {Hero.den} lived a very small {hero.kind} called {hero}. {Hero.He} was {trait}, and
        {hero.he} wanted to be of use to somebody.
      - {Hero} was {a trait hero.kind}, no bigger than an apple. {Hero.He} lived {hero.den} and was
        fond of {hero.food}.
      - Once there was {a hero.kind} named {hero}, who was small even for {a hero.kind}.

      laugh:
      - One {weather} {time}, {hero} met {giant}, a huge {giant.kind}, at the stream. "Can I be your
        friend?" asked {hero}. {Giant} laughed. "What could such a tiny {hero.kind} do for a big
        {giant.kind} like me?"
      - When {giant} the {giant.kind} carried logs home one {time}, {hero} ran up and asked, "May I
        help you?" "You?" said {giant}. "You could not carry a twig." {Hero} was <sad>, but
        {hero.he} did not show it.
      - "If you ever need help, just call me," {hero} said to {giant}, the great {giant.kind}.
        {Giant} thought that this was the best joke {giant.he} had ever heard.
      - All the animals were moving a fallen tree, and {hero} wanted to help. "Go away, little one,
        or somebody will step on you," said {giant}, {a giant.kind} as big as a barn door. {Hero}
        went and sat on a stone.

      trap:
      - <net> <callnet>
      - <ring> <callring>

      net:
      - A few days later, {giant} walked under the trees and thought about {giant.food}. Snap! A net
        that hunters had left there fell over {giant.him}. The more {giant.he} pulled, the tighter
        it became.

      callnet:
      - {Hero} heard the roars and came running. "Hold still," {hero.he} said. {Hero.He} nibbled at
        one {color} cord after another, all night long, with {hero.his} sharp little teeth. When the
        sun rose, the net fell apart.
      - "Help!" called {giant}. The other animals came and pulled, but nobody could break the cords.
        Then {hero} stepped forward. "Let me try," {hero.he} said, and gnawed through the {color}
        knots, one by one, until {giant} was free.

      ring:
      - Soon after that, {giant} lost the {color} key to {giant.his} pantry. It had slipped into a
        crack between two rocks, and {giant.his} paw was much too thick for it. "Now I can't get at
        my {giant.food}," {giant.he} moaned.
      - One morning {giant} could not open {giant.his} pantry, for {giant.he} had dropped the
        {color} key down a narrow hole. {Giant} reached in with one paw, and with the other, but it
        was of no use. "All my {giant.food} are in there!" {giant.he} groaned.

      callring:
      - {Hero} heard about it and came at once. "A crack is like a door to me," {hero.he} said.
        {Hero.He} squeezed in, and it was dark and narrow in there. But a moment later {hero.he}
        came out again with the {color} key between {hero.his} teeth.
      - "That is just the right size for me," said somebody behind {giant.him}. It was {hero}!
        {Hero.He} slipped into the dark, and there was a scratching and a scraping. Then {hero.he}
        came out again, dusty from top to toe, with the {color} key.

      others:
      - "Well!" said {giant}, and {giant.he} did not laugh any more.
      - {Giant} looked at {hero} for a long time. "I was wrong about you," {giant.he} said.
      - {Giant} looked down at {giant.his} big feet. Then {giant.he} said,

      rescue:
      - "You are the smallest of us all, and you helped me the most. I am sorry that I laughed."
      - "Thank you, {hero}. I see now that a big heart can live in a small {hero.kind}."
      - "I laughed at you, and you came all the same. From now on, you are my friend."

      end:
      - From then on, they were friends. {Hero} rode through the forest on {giant}'s shoulder, and
        from up there {hero.he} could see the whole world.
      - That evening they had supper together, {hero.food} for {hero} and a whole mountain of
        {giant.food} for {giant}.
      - {Giant} cooked {dish} and filled two bowls, a huge one and one as small as a thimble. And
        they were both full and content.
      - And if anyone in the forest laughed at somebody small, {giant} would say, "Wait and see."
      """
  )
}
