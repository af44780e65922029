extension StoryTable {
  /// Skills to learn: how they fail, the advice that helps, and how success looks.
  static let skill = StoryTable(
    "skill",
    "verb | gerund | fail | advice | works",
    """
    ride a bike | riding a bike | the bike wobbled and tipped over
      | Look ahead and not at your feet | rolled all the way down the lane
    swim | swimming | the water went up like a wall and into every nose
      | Breathe out slowly and kick your legs | swam from one side of the pool to the other
    skate | skating | both feet slid away at once
      | Bend your knees and lean forward | glided across the ice in a big circle
    whistle | whistling | nothing came out but air
      | Make your lips small and blow gently | whistled a whole song without a mistake
    juggle | juggling | all the balls rolled under the table
      | Begin with one ball and add the next one later | kept three balls in the air
    tie a bow | tying a bow | the laces came undone after two steps
      | Make two rabbit ears and cross them | tied both shoes in no time at all
    jump rope | jumping rope | the rope caught on both ankles
      | Listen to the rope and jump when it taps the ground | jumped twenty times in a row
    play the violin | playing the violin | the violin screeched like a gate
      | Hold the bow lightly, as if it were a feather | played a tune so sweet that the birds hushed
    draw a horse | drawing a horse | the horse looked like a table with ears
      | Draw the big shapes first and the small ones last | drew a horse that seemed to gallop
    fly a kite | flying a kite | the kite dived into the grass
      | Run against the wind and let the string out slowly | sent the kite up to the clouds
    read | reading | the letters danced all over the page
      | Put your finger under each word | read a whole story aloud
    dive | diving | the dive turned into a very loud splash
      | Put your hands together and tuck in your chin | dived in with hardly a ripple
    row a boat | rowing a boat | the boat turned round and round in one spot
      | Pull both oars at the same time | rowed straight to the other shore
    do a cartwheel | doing cartwheels | both legs flopped to the side
      | Keep your arms strong and look at your hands | turned three cartwheels across the grass
    """
  )

  /// Things performed in front of an audience.
  static let show = StoryTable(
    "show",
    "verb | prop | worry",
    """
    sing the song of the moon | silver cape | my voice will crack
    say a poem about winter | woolen hat | I will forget the words
    dance with ribbons | long ribbon | I will trip over my own feet
    play the lion | yellow mane | my roar will sound like a sneeze
    play a tune on the flute | wooden flute | I will blow the wrong note
    play the queen bee | golden crown | my crown will fall off
    show three magic tricks | black top hat | the coin will slip from my hand
    play the wise owl | feathered mask | everyone will laugh at me
    """
  )

  /// Races: how to move, and the course.
  static let race = StoryTable(
    "race",
    "went | course | prize",
    """
    ran | from the old mill to the bridge | a wreath of flowers
    ran | around the pond and back | a shiny ribbon
    hurried | up the hill to the lonely pine | a jar of honey
    ran | through the meadow to the big rock | a basket of berries
    ran | along the river to the mossy log | a golden bell
    hurried | across the field to the red gate | a silver cup
    """
  )

  /// Games for two or more.
  static let game = StoryTable(
    "game",
    "noun | verb",
    """
    hide-and-seek | play hide-and-seek
    tag | play tag
    pirates | play pirates
    hopscotch | play hopscotch
    leapfrog | play leapfrog
    knights and dragons | play knights and dragons
    explorers | play explorers
    catch | play catch
    shop | play shop
    circus | play circus
    """
  )

  /// Causes of a quarrel between friends, and what each might say.
  static let quarrel = StoryTable(
    "quarrel",
    "over | mine | yours | peace",
    """
    which game to play first | We always play your game | No, we always play yours
      | They wrote each game on a slip of paper and drew one from a hat
    who should be the captain | I want to be the captain | You were the captain last week
      | They took turns, one day for each captain
    the last piece of cake | I saw it first | But I am hungrier
      | They cut the last piece right through the middle
    the name of their club | My name is better | Your name is silly
      | They put both names together and made a new one
    who had won the game | I won | No, you cheated
      | They played once more, and nobody kept score
    where to build their den | It must be by the hedge | It must be by the wall
      | They built the den halfway between the hedge and the wall
    who could use the red crayon | I need it for my house | I need it for my fire truck
      | They broke the red crayon in two, and each had half
    a spilled cup of paint | You spilled it | I did not, you did
      | They wiped the floor together until it shone
    """
  )
}
