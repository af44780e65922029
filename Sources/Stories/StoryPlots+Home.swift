extension StoryPlot {
  static let baking = StoryPlot(
    "baking that goes wrong",
    cast: """
      hero: child
      sibling: child
      trait: trait
      home: home
      grown: parent
      guest: elder
      cake: cake
      mistake: mistake
      color: color
      weather: weather
      time: time
      """,
    grammar: """
      story:
      - <once> <reason> <start> <error> <result> <reaction> <again> <end>
      - <once> <reason> <start> <error> <result> <again> <end>

      reason:
      - One {weather} {time}, {hero} wanted to bake {a cake} for {hero.his} {guest}, who was coming
        to visit. {Hero.His} {sibling.sibling} {sibling} wanted to help.
      - "{Guest} is coming at four o'clock," said {hero}'s {grown}. "Let's surprise {guest.him},"
        said {hero} to {hero.his} {sibling.sibling} {sibling}. "We'll bake {a cake}!"
      - It was {a weather time}. {Weather.sky}. "Today we will bake {a cake}," {hero} told
        {hero.his} little {sibling.sibling} {sibling}, "all by ourselves!"
      - {Hero} had never baked anything before. But {hero.his} {guest} was coming, and {guest.he}
        loved {cake}. "I will do it," said {hero}, and {hero.his} {sibling.sibling} {sibling} tied
        on an apron as well.

      start:
      - They put on {color} aprons and washed their hands. Into the bowl went flour, butter, eggs
        and sugar, and then {cake.with}.
      - {Hero} read the recipe aloud, and {sibling} stirred. There was flour on the table, flour on
        the floor and flour on {sibling}'s nose. Last of all came {cake.with}.
      - First they mixed the butter and the sugar in {a color} bowl. {Sibling} cracked the eggs, and
        {hero} added {cake.with}.

      error:
      - But because they were talking and laughing so much, {hero} {mistake.did}. Nobody noticed.
      - Then the telephone rang, and in the muddle {sibling} {mistake.did}.
      - Everything went well until {hero} {mistake.did}.
      - What neither of them saw was that {hero}, who was in a hurry, {mistake.did}.

      result:
      - When they took the {cake} out of the oven, {cake.they} {mistake.shows}.
      - At last the {cake} {cake.was} done. But what was that? {Cake.They} {mistake.shows}!
      - "{Cake.Is} {cake.it} supposed to be like that?" asked {sibling}. The {cake} {mistake.shows}.
      - Soon they stood in front of the oven and waited. But something was not right, for the {cake}
        {mistake.shows}.

      reaction:
      - "It's all ruined!" {hero} wailed. {Hero.His} {grown} came in and looked at the mess.
        "{Mistake.reason}!" {grown.he} said. "That can happen to anyone. How much time is left?"
      - {Sibling} began to cry. {Hero} put an arm around {sibling.him}. "It was only a mistake,"
        {hero.he} said. "{Mistake.reason}, that is all."
      - They looked at each other, and then they began to giggle. They laughed until their bellies
        hurt. "Once more?" asked {sibling}. "Once more," said {hero}.

      again:
      - They started again from the beginning, and this time {hero} {mistake.fix}.
      - There was just enough flour for a second try. {Hero} {mistake.fix}, and {sibling} watched
        like a hawk.
      - {Hero.His} {grown} showed them what to do. {Hero} {mistake.fix}, and soon a sweet smell
        filled the whole house.
      - "Back to the beginning," said {hero}, and washed the bowl. This time {hero.he}
        {mistake.fix}, and {sibling} read every line of the recipe twice.

      end:
      - This time the {cake} turned out just right, with {cake.top} on top. {Hero}'s {guest} took
        one bite and closed {guest.his} eyes. "I have never eaten anything so good," {guest.he}
        said. The children winked at each other.
      - At four o'clock the doorbell rang. The {cake} stood on the table, with {cake.top} on top.
        "Did you make {cake.this} all alone?" asked {hero}'s {guest}. "Twice," said {sibling}.
      - {Hero} put {cake.top} on top and carried the {cake} to the table. "The secret," {hero.he}
        told {hero.his} {guest}, "is to do it wrong first."
      - In the end the {cake} {cake.was} perfect, with {cake.top} on top. {Hero}'s {guest} asked for
        a second piece, and then for a third. <goodnight>
      """
  )

  static let honesty = StoryPlot(
    "telling the truth",
    cast: """
      hero: child
      sibling: child
      trait: trait
      home: home
      grown: parent
      elder: elder
      color: color
      pattern: pattern
      game: toy wild
      pet: pet house
      hideout: hideout indoor
      room: room
      weather: weather wet
      dish: dish
      """,
    grammar: """
      story:
      - <once> <vase> <rain> <crash> <blamepet> <guilt> <tell> <petagain> <end>
      - <once> <vase> <rain> <crash> <blamesibling> <guilt> <tell> <siblingagain> <end>
      - <once> <vase> <rain> <crash> <hide> <guilt> <tell> <end>
      - <once> <vase> <rain> <crash> <silent> <guilt> <tell> <end>

      vase:
      - In the {room} stood {a pattern color} vase. {Hero.His} {grown} loved it, because it had come
        from {hero}'s {elder}.
      - On a shelf in the {room} there was {a pattern color} vase, a present from {hero}'s {elder}.
        "Be careful with it," {hero.his} {grown} always said.
      - {Hero.His} {grown} owned {a pattern color} vase. All year round it stood in the {room}, full
        of fresh flowers.

      rain:
      - One {weather} day {hero} was bored and wanted to {game.use} {hero.his} {game}. "Not in the
        house!" said {hero.his} {grown}. But then {grown.he} went out to the shop.
      - {Weather.sky}. {Hero} could not go outside, so {hero.he} began {game.using} {hero.his}
        {game} indoors, although that was not allowed.

      crash:
      - It went well three times. The fourth time there was a crash, and the {color} vase lay on the
        floor in a hundred pieces.
      - All at once something tipped, and something rolled, and then the {color} vase was broken.
      - {Hero} did not see the vase until it was too late. Crash! Water and flowers were everywhere.
      - For a while it was great fun. But then there was a clink and a crack, and {hero} stood among
        the pieces of the {color} vase.

      blamepet:
      - When the key turned in the lock, {hero} said the first thing that came into {hero.his} head.
        "The {pet} did it!" The {pet} {pet.sound}. It was scolded and had to go out into the
        {weather} yard.
      - "How did this happen?" asked {hero}'s {grown}. "It was the {pet}," said {hero}. "It jumped
        on the table." So the {pet} had to stay outside, and it {pet.sound} at the door.

      petagain:
      - Then {hero} let the {pet} in, dried it with a towel and gave it the best bits from
        {hero.his} plate. The {pet} {pet.gladly}.
      - "I am sorry for what I said about you," {hero} told the {pet}. The {pet} had forgiven
        {hero.him} already. It {pet.gladly}.

      siblingagain:
      - "I must tell {sibling} too," {hero.he} said. {Sibling} was still awake. "You are mean," said
        {sibling}, but then {sibling.he} let {hero} hug {sibling.him}.
      - Then {hero} knocked on {sibling}'s door and said it all again. It was the hardest part.
        {Sibling} was angry, but only for a while.

      blamesibling:
      - {Hero} pointed at {hero.his} {sibling.sibling} {sibling}, who had just come in with a book.
        "{Sibling} did it!" {hero.he} said. {Sibling} was so surprised that no word came out, and
        {sibling.he} was sent to bed.
      - "Who did this?" asked {hero}'s {grown}. "It was {sibling}," said {hero}. {Hero.His}
        {sibling.sibling} {sibling} was sent to {sibling.his} room, although {sibling.he} had done
        nothing at all.

      hide:
      - {Hero} quickly swept up the pieces and hid them {hideout}. "Where is my vase?" asked
        {hero}'s {grown}. "I don't know," said {hero}, and looked at the floor.
      - With a pounding heart {hero} gathered the pieces, put them in a bag and hid it {hideout}.
        When {hero.his} {grown} came home and asked about the vase, {hero} only shook {hero.his}
        head.

      silent:
      - "What happened here?" asked {hero}'s {grown}. {Hero} shrugged. "Maybe it was the wind,"
        {hero.he} said. {Grown.He} closed the window and asked no more.
      - {Hero} crept to {hero.his} room and opened a book. "Do you know anything about the vase?"
        {hero.his} {grown} asked later. "No," said {hero}, and did not look up.

      guilt:
      - But {hero} was not happy. At supper the {dish} tasted of nothing, and in bed {hero.he}
        turned from side to side.
      - It was as if {hero} had swallowed a stone. Whenever somebody looked at {hero.him},
        {hero.his} face grew hot.
      - That night {hero} could not sleep. {Hero.He} heard the clock strike nine, and ten, and
        eleven.
      - The lie was small, but it grew. It sat beside {hero} at supper, and it lay beside {hero.him}
        in bed.

      tell:
      - At last {hero.he} got up and went to {hero.his} {grown}. "It was me," {hero.he} said. "I
        broke the vase and told a lie. I am so sorry."
      - {Hero.He} could not stand it any longer. "I have to tell you something," {hero.he} said to
        {hero.his} {grown}, and then {hero.he} told the whole truth.
      - In the morning {hero} put all {hero.his} courage together. "{Grown}," {hero.he} said, "it
        was not true what I told you. I broke the vase."

      end:
      - {Hero.His} {grown} was quiet. "I am glad that you told me," {grown.he} said at last. "A vase
        can be glued. Trust is harder to mend." Together they began to glue the pieces.
      - "That took courage," said {hero}'s {grown}, and drew {hero.him} close. A weight fell from
        {hero}'s heart. The next day {hero.he} bought a small {color} vase with {hero.his} own
        money.
      - {Hero.His} {grown} sighed, and then {grown.he} smiled a little. "When I was your age, I
        broke a mirror and hid it under my bed," {grown.he} said. And {hero} promised never to lie
        again.
      - "Thank you for telling me," said {hero.his} {grown}. "Now we can set things right." And they
        did, that very day, and the broken vase was soon forgotten.
      """
  )

  static let sickFriend = StoryPlot(
    "cheering up a sick friend",
    cast: """
      hero: child
      friend: child
      trait: trait
      home: home
      game: game
      pet: pet
      color: color
      material: material
      dish: dish
      grown: parent
      weather: weather
      time: time
      toy: toy soft
      """,
    grammar: """
      story:
      - <once> <sick> <rule> <first> <idea> <window> <end>
      - <once> <sick> <rule> <idea> <window> <end>
      - <once> <sick> <rule> <window> <end>

      sick:
      - Every {time} {hero} and {hero.his} friend {friend} met to {game.verb}. But one {weather} day
        {friend} did not come. "{Friend} is ill," said {hero}'s {grown}. "{Friend.He} has to stay in
        bed."
      - "Where is {friend}?" {hero} asked at school. {Friend} was {hero.his} best friend, and
        {friend.his} chair was empty. "{Friend.He} has a fever," said the teacher.
      - {Hero} wanted to {game.verb} with {hero.his} best friend {friend}. But {friend} had red
        spots all over {friend.his} face and was not allowed out of bed.

      rule:
      - "Can I visit {friend.him}?" {hero} asked. "Not yet," said {hero.his} {grown}. "You would get
        sick as well."
      - {Hero} wanted to visit {friend.him} at once, but nobody was allowed into the room.
      - "How boring it must be," thought {hero}, "to lie in bed all day and look at the ceiling!"

      first:
      - First {hero} wrote a letter. But {friend}'s eyes were too tired for reading.
      - First {hero} brought a pot of {dish} to the door. {Friend} ate two spoonfuls and fell asleep
        again. That was good, but it did not make {friend.him} laugh.
      - First {hero} called on the telephone, but {friend}'s throat hurt too much to talk.

      idea:
      - "There must be another way," {hero} thought. Then {hero.he} looked at {friend}'s window, and
        {hero.he} knew what to do.
      - {Hero} walked up and down in front of {friend}'s house. All at once {hero.he} stood still.
        The window!
      - {Hero} thought so hard that {hero.he} forgot to eat {hero.his} {dish}. Then {hero.he} jumped
        up. "The window!" {hero.he} cried. "Nobody said anything about the window!"

      window:
      - {Hero} fetched {hero.his} {toy} and tied it to a long stick. It rose up in front of the
        window, bowed, and danced from one side to the other. {Friend} sat up in bed and laughed out
        loud.
      - {Hero} took {a color} brush and painted {material} on big sheets of paper. {Hero.He} hung
        them on the fence, right across from the window. When {friend} opened {friend.his} eyes,
        {friend.he} saw a whole garden of {color} {material}.
      - {Hero} put {a color} hat on the {pet} and marched up and down below the window with it. The
        {pet} {pet.sound} and {pet.gladly}. {Friend} laughed so hard that {friend.his} cheeks got
        some color again.
      - Then {hero} went and stood below {friend}'s window, and they made up a secret code. One
        knock on the glass meant "hello," two meant "yes," and three meant "no." All afternoon
        {hero} stood outside and {friend} knocked, and they even played a guessing game.

      end:
      - The next day {friend} felt better, and after a week {friend.he} was well. "You were the best
        medicine," {friend.he} told {hero}. Then they went out to {game.verb}.
      - "That helped more than all the tea," said {friend}'s mother. Soon {friend} was up again, and
        the first thing {friend.he} did was to hug {hero}.
      - Two weeks later it was {hero} who had to stay in bed. And who stood in front of the window?
        It was {friend}, in a big {color} hat!
      - {Hero} came back every day until {friend} was well. "You never forgot me," said {friend}.
        "How could I?" said {hero}. <closing>
      - "You know what?" said {friend} a week later. "I got well faster because I wanted to play
        with you." And off they went to {game.verb}.
      """
  )
}
