extension StoryPlot {
  static let lostToy = StoryPlot(
    "a lost toy",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      toy: toy small
      color: color
      elder: elder
      place: place !crowd !indoor
      spot: spot @place
      weather: weather fair
      time: time
      snack: snack
      pet: pet
      """,
    grammar: """
      story:
      - <once> <dear> <outing> <loss> <search> <end>

      dear:
      - {Hero.His} favorite thing in the [whole|wide] world was {a color toy}. {Hero.He}
        [took|carried] {toy.them} everywhere.
      - For {hero.his} birthday {hero} had been given {a color toy}, and {hero.he} [never went
        anywhere without|would not have traded|liked to show everyone] {toy.them}.
      - Of all {hero.his} toys, {hero} loved {hero.his} {color} {toy} the most. {Hero.His} {elder}
        had [given|sent] {toy.them} to {hero.him}.
      - {Hero} had {a color toy}. Every day {hero.he} liked to {toy.use} {toy.them}, and every night
        {toy.it} lay beside {hero.his} pillow.
      - When {hero} was very small, {hero.his} {elder} had given {hero.him} {a color toy}. {Hero}
        still loved {toy.them} with all {hero.his} heart.
      - {Hero.His} greatest treasure was {a color toy}. "I will never lose {toy.them}," {hero.he}
        used to say.

      outing:
      - One {weather} {time}, {hero} went {place.to} with {hero.his} friend {friend}. They
        [ran|skipped|raced] over the {place.ground} and [laughed|played tag|told jokes] until they
        were tired.
      - "Let's go {place.to}!" said {friend}, who lived next door. It was {a weather time}, so the
        two friends packed some {snack} and set off.
      - {Weather.sky}. {Hero} and {hero.his} friend {friend} spent the whole {time} {place.at},
        where they [ate {snack}|looked for beetles|told each other stories|lay in the sun].
      - It was {a weather time}, and {hero} met {hero.his} friend {friend} {place.at}. When they had
        [eaten all their {snack}|played enough], it was almost time to leave.
      - Because it was such {a weather time}, {hero} and {hero.his} friend {friend} took a blanket
        {place.to}. They shared some {snack} and counted the clouds.

      loss:
      - But when it was time to go home, {hero} reached into {hero.his} bag and gasped. The {color}
        {toy} {toy.was} gone! <worry>
      - Suddenly {hero} stopped. "My {toy}!" {hero.he} [cried|said]. "I had {toy.them} with me, and
        now {toy.it} {toy.is} gone!" <worry>
      - On the way back, {hero} felt in {hero.his} pocket. It was empty. Where {toy.was} the {color}
        {toy}? <worry>
      - "Where {toy.is} your {toy}?" {friend} asked. {Hero} looked [left and right|all around], but
        {toy.it} {toy.was} nowhere to be seen. <worry>
      - On the way home {friend} asked, "May I hold your {toy} for a moment?" {Hero} opened
        {hero.his} bag and turned pale. There {toy.was} no {toy} in it. <worry>
      - They had almost reached the gate when {hero} put a hand in {hero.his} pocket. "It can't be!"
        {hero.he} said. "I have lost my {color} {toy}!" <worry>

      search:
      - <comfort> <think> <findback>
      - <comfort> <nothing> <findbypet>
      - <comfort> <nothing> <findbyelder>

      comfort:
      - "Don't cry," said {friend} <kindly>. "We will look for {toy.them} together."
      - {Friend} took {hero.his} hand. "Two pairs of eyes see more than one," {friend.he} said.
      - "I will help you," {friend} promised. "We won't go home without {toy.them}."
      - "We have good eyes and plenty of time," said {friend}. "Come, let's look for {toy.them}."
      - {Friend} did not laugh. "I would be sad too," {friend.he} said. "Where shall we look first?"

      think:
      - "[Think back|Let's think]," said {friend}. "Where did you have {toy.them} last?" {Hero}
        closed {hero.his} eyes and tried to remember.
      - They walked back the way they had come, step by step, and looked [at every stone|left and
        right|behind every bush].
      - {Friend} had an idea. "Let's do everything again, just as we did it before," {friend.he}
        said.
      - {Friend} drew a little map in the dirt. "Here we came in, here we sat, and here we ran,"
        {friend.he} said. "Let's look in every place, one after another."

      findback:
      - "We sat down {spot}!" {hero} [cried|remembered]. They ran there <fast>, and sure enough,
        there {toy.was} the {color} {toy}.
      - Then {friend} saw something {color} {spot}. "Look over there!" {friend.he} shouted. It
        really {toy.was} the {toy}!
      - At last, {spot}, {hero} saw [a bit of {color}|something {color}]. {Hero.He} bent down and
        picked up {hero.his} own dear {toy}.
      - "Stop!" cried {friend}. "Don't take another step!" Right in front of {hero}'s feet, {spot},
        {toy.was} the {color} {toy}.

      nothing:
      - They looked here and they looked there, but they did not find {toy.them}.
      - They searched until {hero.his} shoes were [dusty|full of {place.ground}]. Nothing!
      - First they looked in the bag again, and then they looked all over the {place.ground}. It was
        no use.
      - "Maybe somebody took {toy.them}," {hero} said in a small voice. They asked everyone they
        met, but nobody had seen {toy.them}.

      findbypet:
      - Just then {a pet} came along and [{pet.sound} loudly|{pet.sound} twice]. It went ahead,
        turned around and waited. "I think it wants to show us something," said {friend}. They
        followed the {pet}, and there, {spot}, {toy.was} the {color} {toy}! {Hero} thanked the
        {pet}, and it {pet.gladly}.
      - "Look at that {pet}!" {friend} said suddenly. {A pet} stood {spot} and [sniffed at|poked]
        something {color}. {Toy.It} {toy.was} not hurt at all, only a little [dusty|dirty]. {Hero}
        gave the {pet} a pat, and it {pet.gladly}.

      findbyelder:
      - Then {hero.his} {elder} came [down the path|to meet them]. "Are you looking for {toy.this}?"
        {elder.he} asked. In {elder.his} hand {toy.was} the {color} {toy}! "I found {toy.them}
        {spot}."
      - They were about to give up when {hero.his} {elder} called them. "Somebody left {a color toy}
        {spot}," {elder.he} said with a wink. "Do you know whose {toy.it} {toy.is}?" "Hooray!" cried
        {hero}. "[Thank you|You are the best], {Elder}!"

      end:
      - {Hero} was <glad>. "Thank you, {friend}!" {hero.he} said. "You are a true friend." From that
        day on, {hero} always [checked {hero.his} bag|looked back once] before going home.
      - "Thank you for helping me, {friend}," said {hero}, and held the {toy} tight. As a thank-you,
        {hero.he} let {friend} carry {toy.them} all the way home.
      - {Hero} pressed the {toy} to {hero.his} chest and hugged {friend} too. That evening,
        {hero.he} wrote {hero.his} name on the {toy} in tiny letters, so that {toy.it} could never
        get lost again.
      - The two friends walked home side by side, and {hero} held the {color} {toy} with both hands.
        "Without you, I would never have found {toy.them}," {hero.he} told {friend}. <goodnight>
      """
  )

  static let stuckUp = StoryPlot(
    "stuck up high",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      climb: climb
      height: height
      color: color
      weather: weather windy
      time: time
      helper: neighbor
      snack: snack
      """,
    grammar: """
      story:
      - <once> <play> <stuck> <attempt> <idea> <end>
      - <once> <play> <stuck> <idea> <end>

      play:
      - One {weather} {time}, {hero} and {hero.his} friend {friend} played outside with {hero.his}
        new {color} {climb}. {Weather.sky}.
      - {Hero} had {a color climb} and wanted to show it to {friend}. It was {a weather time}.
        {Weather.sky}.
      - "Come and see my {color} {climb}!" {hero} called over the fence. {Friend} came running. It
        was {a weather} {time}, and the two of them played until their cheeks were red.

      stuck:
      - Then there was a big gust, and the {climb} {climb.how} {height}. There it stayed.
      - Whoosh! The wind came around the corner, and the {climb} {climb.how} {height}. "Oh no!" said
        {hero}. "How will I ever get it back?"
      - All of a sudden the wind grew stronger. The {color} {climb} {climb.how} {height}, and it did
        not come down. <worry>

      attempt:
      - {Hero} jumped as high as {hero.he} could, but {hero.his} arms were too short. {Friend} threw
        a stick, but it missed.
      - First they shouted at the {climb}, which did not help. Then {friend} stood on {hero}'s
        shoulders, but they wobbled and [fell into the grass|tumbled down in a heap].
      - They tried to reach it with a broom. It was much too short. "If only we were giants," sighed
        {friend}.
      - "I could climb up," said {hero}. "No," said {friend}, "that is too dangerous. You could
        fall." So they sat down and thought.
      - They blew, they waved, they sang to it. The {climb} did not move. "It likes the view too
        much," said {friend}, but {hero} could not laugh about it.

      idea:
      - <ask> <ladder>
      - <rope>
      - <wait>
      - <birds>

      ask:
      - "We need a grown-up," said {friend}. So they knocked on the door of {helper}, the
        {helper.job}. "Please, can you help us?" {hero} asked.
      - Just then {helper}, the {helper.job}, came by. "Why such long faces?" {helper.he} asked.
        {Hero} pointed up. "My {climb} is stuck up there."

      ladder:
      - {Helper} [laughed|smiled] and fetched a long ladder. "You two hold it at the bottom,"
        {helper.he} said. {Helper.He} climbed up, rung by rung, and came down with the {color}
        {climb}. "Thank you, {helper}!" [they called|said {hero}]. "Would you like some {snack}?"
      - "[That's easy|Leave it to me]," said {helper}. {Helper.He} took a very long pole with a
        hook, and with one careful push the {climb} came loose and dropped right into {hero}'s arms.
        To thank {helper}, the children shared their {snack} with {helper.him}.

      rope:
      - {Friend} snapped {friend.his} fingers. "A long pole and a hook!" {friend.he} said. They tied
        a fishing rod to a rake and a bent wire to the top. {Hero} held the rake, {friend} steered,
        and at the third try the {color} {climb} came down.
      - Then {hero} had an idea. {Hero.He} tied a soft ball to a long string and threw it over the
        {climb}. "Pull with me, {friend}!" {hero.he} said. They pulled together, one, two, three,
        and down came the {climb}.

      birds:
      - {Hero} looked at the crows that sat up there. {Hero.He} put some {snack} on the wall and
        stepped back. Two crows hopped over to the {climb} to see what it was, and with a rustle it
        slid down. "Thank you, crows!" {hero} called. {Friend} laughed and gave them {friend.his}
        share too.

      wait:
      - "The wind took it up," said {friend} slowly. "Maybe the wind will bring it down." So they
        sat on the grass and ate {snack} and waited. The wind blew from the other side, and with a
        soft rustle the {color} {climb} floated down [between them|into {hero}'s lap].
      - There was nothing else to do but wait. {Hero} told a joke, and {friend} told a longer one,
        and they shared some {snack}. When they looked up again, the wind had turned. The {color}
        {climb} shook itself free and came down all by itself.

      end:
      - "Hooray!" they both cried. From then on, they played on the open field, far away from every
        roof and tree.
      - {Hero} was <glad>. "I am lucky to have you, {friend}," {hero.he} said. "Two heads are better
        than one."
      - The {climb} had a small scratch, but {hero} did not mind. "Now it has a story to tell," said
        {friend}, and they both laughed.
      - They played until the sun went down, and {hero} never let go of the {climb} again.
        <goodnight>
      - "What shall we play now?" asked {friend}. "Something without wind," said {hero}, and they
        both giggled.
      - {Hero} wound a long string around the {climb} and tied the other end to {hero.his} wrist.
        "Now you can fly," {hero.he} said, "but you can't run away."
      """
  )
}
