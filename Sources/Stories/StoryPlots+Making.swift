extension StoryPlot {
  static let mending = StoryPlot(
    "a broken thing repaired",
    cast: """
      hero: child
      sibling: child
      trait: trait
      home: home
      thing: broken
      color: color
      grown: elder
      weather: weather
      time: time
      snack: snack
      """,
    grammar: """
      story:
      - <once> <dear> <crash> <blame> <try> <mend> <end>
      - <once> <dear> <crash> <blame> <mend> <end>

      dear:
      - {Hero} had {a color thing} that {hero.he} loved. {Hero.He} liked to {thing.use}.
      - In {hero}'s house there was {a color thing}. It was old, and everyone was fond of it.
      - The best thing that {hero} owned was {a color thing}. It had been a present from {hero.his}
        {grown}.
      - {Hero} took good care of {hero.his} things, and best of all {hero.he} took care of
        {hero.his} {color} {thing}, because {hero.he} loved to {thing.use}.

      crash:
      - One {weather} {time}, {hero} was in too much of a hurry. There was a crash, and the
        {thing.part} of the {thing} {thing.snap}.
      - {Hero.His} little {sibling.sibling} {sibling} wanted to try it too. But {sibling} pulled a
        bit too hard, and the {thing.part} {thing.snap}.
      - Then, on {a weather time}, somebody bumped into it, and it fell over with a bang. The
        {thing.part} {thing.snap}.
      - Once, when {hero} was not looking, a friend leaned on it a little too hard. There was an
        ugly noise, and the {thing.part} {thing.snap}.

      blame:
      - {Hero} stared at the {color} {thing}. <worry>
      - "It is broken!" {hero} said. {Hero.He} was <sad>. "Now we can throw it away."
      - Nobody said a word. {Hero} picked up the pieces one by one. <worry>

      try:
      - First {hero} tried to fix it with tape. The tape held for one minute, and then everything
        came apart again.
      - {Hero} put the pieces together and held them with both hands. But as soon as {hero.he} let
        go, everything fell apart again.
      - "I can fix it," said {hero}. {Hero.He} tied a ribbon around it. It looked pretty, but it did
        not hold.
      - {Hero} tried glue from the kitchen, but that was only honey, and now the {thing} was broken
        and sticky too.

      mend:
      - <bring> <work>

      bring:
      - So {hero} carried the {thing} to {hero.his} {grown}. {Grown.He} put on {grown.his} glasses
        and looked at it from all sides. "Broken is not the same as lost," {grown.he} said. "We need
        {thing.mender}."
      - {Hero.His} {grown} came in and saw the long face. "Let me see," {grown.he} said. "Aha! All
        we need is {thing.mender}. And your hands. Will you help me?"
      - "Don't throw it away," said {hero.his} {grown}. "Fetch me {thing.mender}, and I will show
        you something."
      - "Who can help me?" thought {hero}. Then {hero.he} knew. {Hero.His} {grown} could mend almost
        everything. {Grown.He} turned the {thing} around twice and nodded. "With {thing.mender} we
        can save it," {grown.he} said.

      work:
      - They set to work. {Hero} held the {thing} still while {hero.his} {grown} {thing.mending}.
      - {Hero.His} {grown} showed {hero.him} how to do it, and {hero} [slowly|very
        carefully|patiently] {thing.mending}.
      - It took a long while. {Hero} {thing.mending}, and {hero.his} {grown} only helped when it was
        difficult.

      end:
      - In the end the {thing} looked almost like before. "You can see a scar," said {hero}. "That
        is where it is strongest now," said {hero.his} {grown}.
      - "It's as good as new!" said {hero}. {Hero.He} was <glad>. Now {hero.he} could {thing.use}
        again.
      - "Thank you, {Grown}!" said {hero}, and gave {grown.him} a big hug. Now {hero.he} could
        {thing.use} again, and {hero.he} was very careful this time.
      - From then on, whenever something broke, people came to {hero}. "I have {thing.mender},"
        {hero.he} would say. "Let me see what I can do."
      - To celebrate, they ate {snack} together. "I learned more from a broken {thing} than from a
        whole one," said {hero}. <goodnight>
      - "Next time I can do it alone," {hero} said proudly. {Hero.His} {grown} gave {hero.him} a
        little box with tools in it. "I believe you," {grown.he} said.
      """
  )

  static let secretGift = StoryPlot(
    "a secret gift",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      grown: elder
      gift: gift
      color: color
      material: material
      hideout: hideout indoor
      weather: weather
      time: time
      cake: cake whole
      other: pattern !figure !age
      """,
    grammar: """
      story:
      - <once> <birthday> <money> <plan> <work> <trouble> <give> <end>
      - <once> <birthday> <money> <plan> <work> <give> <end>
      - <once> <birthday> <plan> <work> <trouble> <give> <end>

      birthday:
      - Soon it would be {hero.his} {grown}'s birthday. {Hero} wanted to give {grown.him} something
        very special.
      - "In seven days it is {Grown}'s birthday," said {hero}. "I want to surprise {grown.him}."
      - {Hero} loved {hero.his} {grown} very much, and the day of {grown.his} birthday was near.

      money:
      - But when {hero} opened {hero.his} piggy bank, there were only three small coins in it.
      - {Hero.He} looked at all the shop windows, but everything there cost too much.
      - "What do you give to somebody who has everything?" {hero.he} wondered.

      plan:
      - "Why don't you make something yourself?" asked {hero.his} friend {friend}. "You are good at
        {gift.gerund}." So {hero} decided to make {a color gift} out of {gift.from}.
      - Then {hero.he} saw {gift.from} in the cupboard, and an idea popped into {hero.his} head.
        {Hero.He} would make {a other gift} with {color} {material} on {gift.them}! {Friend},
        {hero.his} best friend, promised not to tell.
      - {Hero.He} asked {friend}, {hero.his} best friend, for advice, and {friend} said, "A gift
        that you make with your own hands is worth more than gold." So {hero} fetched {gift.from}
        and began to make {a other gift}.
      - Then {hero} had a talk with {friend}, {hero.his} best friend. "Who says that presents must
        be bought?" asked {friend}. "My mother has {gift.from} left over." The next day {hero} began
        to make {a color gift}.

      work:
      - Every {time}, {hero.he} sat {hideout} and {gift.making}. It was slow work, but it was fun.
      - {Hero} {gift.making} in secret {hideout}. Whenever steps came near, {hero.he} hid everything
        <fast>.
      - For days {hero} hurried home from school and {gift.making} until supper. {Friend} kept watch
        and whistled when somebody came.

      trouble:
      - <caught>
      - <spoiled>
      - <short>

      caught:
      - Once the door opened suddenly. "What are you doing there?" asked {hero.his} {grown}. {Hero}
        threw a blanket over the {gift}. "Nothing!" {hero.he} said. {Grown.He} smiled and went away
        again. Had {grown.he} seen {gift.them}?
      - One evening {hero.his} {grown} looked around the corner. "What is that in your hands?"
        {grown.he} asked. "A surprise for the teacher," said {hero} <fast>, and turned as red as a
        beet. It was not true, but {friend} said that birthday secrets were allowed.

      spoiled:
      - On the last evening the cat jumped onto the table, and a cup of tea tipped over the {gift}.
        <worry> But {friend} did not give up. "We'll wash {gift.them} and add some {color}
        {material}," {friend.he} said, "and nobody will see the stain." It took them half the night.
      - When the {gift} {gift.was} almost done, there was a big ugly spot on {gift.them}. Nobody
        knew where it came from. <worry> "Let's turn it into something," said {friend}. They made it
        into one of many {color} {material}, and after that it was the prettiest part of all.

      short:
      - One day before the birthday there was not enough left to finish the {gift}. {Friend} ran
        home and came back with {friend.his} last piece of {color} ribbon. "Use this," {friend.he}
        said. It was just enough, and it made the {gift} even prettier.
      - When everything was nearly finished, {hero} ran out of {gift.from}. <worry> {Friend} went
        from door to door and asked all the neighbors, and each of them gave a little. In the end
        there was more than enough.

      give:
      - At last the day came. {Weather.sky}. There was {a cake} on the table, and {hero} put a
        little parcel next to {cake.them}. "For you," {hero.he} said, and {hero.his} ears were hot.
      - On the morning of the birthday, {hero} could not wait any longer. "Happy birthday, {Grown}!"
        {hero.he} cried, and held out the {gift}.
      - After everybody had sung and eaten {cake}, {hero} brought {hero.his} parcel. {Hero.His}
        {grown} untied the string very slowly.
      - "Close your eyes and hold out your hands," said {hero} on the morning of the birthday.
        {Hero.His} {grown} did, and {hero} laid the {gift} in them.

      end:
      - {Hero.His} {grown} was silent for a moment, and {grown.his} eyes shone. "You made
        {gift.this} yourself?" {grown.he} asked. "{Gift.It} {gift.is} the most beautiful {gift} I
        have ever had."
      - "I knew that you had a secret," said {hero}'s {grown}, "but I never guessed how lovely it
        would be." {Grown.He} took {hero} in {grown.his} arms and did not let go for a long time.
      - {Hero.His} {grown} used the {gift} that very day, and every day after that. And whenever
        visitors came, {grown.he} said, "Look what my {hero} made for me!" {Hero} winked at
        {friend}.
      - "{Friend} helped me," said {hero}. So both of them got a hug, and both of them got the
        biggest piece of {cake}. <goodnight>
      - "How did you keep it secret for so long?" asked {hero.his} {grown}. {Hero} and {friend}
        looked at each other and burst out laughing. <goodnight>
      """
  )

  static let building = StoryPlot(
    "building it again",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      craft: craft
      color: color
      snack: snack
      pattern: pattern
      grown: parent
      """,
    grammar: """
      story:
      - <once> <idea> <build> <ruin> <mood> <again> <end>
      - <once> <idea> <build> <ruin> <again> <end>

      idea:
      - One day {hero} and {hero.his} friend {friend} wanted to build {a craft} {craft.place}.
      - "Let's build {a craft}!" said {friend}, {hero}'s best friend. "The [best|biggest] one that
        ever was!" {Hero} liked the idea, and they met {craft.place} the same day.
      - {Hero} had drawn a plan. It showed {a craft} with {a color} flag on top. {Hero.He} showed it
        to {hero.his} friend {friend}, and they went to work {craft.place}.

      build:
      - They took {craft.from} and worked the whole morning. {Friend} carried, and {hero} built. Bit
        by bit the {craft} grew.
      - {Hero} gathered {craft.from}, and {friend} put everything in its place. Now and then they
        stopped to eat some {snack}.
      - With {craft.from} they built and built. "Careful!" {hero} kept saying. At last {friend} put
        {a pattern} {color} flag on top, and it was done.

      ruin:
      - They stepped back to look at it. And at that very moment {craft.ruin}.
      - But they had not been proud for long when {craft.ruin}.
      - They went home for lunch. While they were away, {craft.ruin}. When they came back, there was
        not much left.
      - "Nothing can knock it down," {friend} said proudly. {Friend.He} should not have said that,
        for soon {craft.ruin}.

      mood:
      - {Hero} wanted to cry. "All that work for nothing!" {hero.he} said. {Friend} was quiet for a
        while.
      - "It's your fault!" said {hero}. "No, it's yours!" said {friend}. Then they looked at each
        other and knew that it was nobody's fault.
      - {Friend} kicked a stone. {Hero} sat down and put {hero.his} chin in {hero.his} hands.
      - For a while there was nothing to be heard but a sigh, first from {hero} and then from
        {friend}.

      again:
      - <think> <rebuild>
      - <adult> <rebuild>

      think:
      - "Wait," {friend} said then. "Now we know what was wrong with it. Let's build the next one
        {craft.better}."
      - {Hero} walked around the spot and looked closely. "It was in the wrong place, or not strong
        enough," {hero.he} said. "What if we build it {craft.better}?"
      - "Do you know what?" said {friend}. "The best builders always build twice." {Hero} wiped
        {hero.his} face. "Then let's build it {craft.better}," {hero.he} said.

      adult:
      - Then {hero}'s {grown} came by. "The first one is for learning," {grown.he} said. "The second
        one is for keeping. Why don't you build it {craft.better}?"
      - "Why the long faces?" asked {hero}'s {grown}. They told {grown.him} what had happened.
        "Falling down is part of building," {grown.he} said. "Try it again, {craft.better}."

      rebuild:
      - So they started over, and this time it went twice as fast, because they knew how. By evening
        the new {craft} stood firm.
      - They rolled up their sleeves. It was hard work, but the second {craft} was
        [taller|stronger|better] than the first, and it did not fall.
      - {Friend} made the bottom and {hero} made the top. When they were done, they held their
        breath. The {craft} stood!
      - They worked side by side and hardly spoke. This time they tested everything before they went
        on, and the {craft} became strong and straight.

      end:
      - "I'm glad that the first one broke," said {hero}. "Otherwise we would never have built this
        one."
      - {Hero}'s {grown} took a picture of the three of them: {hero}, {friend} and the {craft}.
      - They put a new {color} flag on top with both their names on it, {hero} on the left and
        {friend} on the right. <goodnight>
      - "Builders never give up," said {friend}, and {hero}, who was tired and hungry and <glad>,
        agreed.
      - In the evening they sat next to it and shared some {snack}. "It is even better than in my
        dream," said {hero}. <goodnight>
      """
  )
}
