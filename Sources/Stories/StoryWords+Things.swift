extension StoryTable {
  /// Toys; `use` is what to do with them, tagged by where they fit.
  static let toy = StoryTable(
    "toy",
    "noun | pronoun | use | using | tags",
    """
    kite | it | fly | flying | outdoor
    ball, rubber ball | it | bounce | bouncing | small outdoor wild
    doll, puppet, rag doll, paper doll | it | dress | dressing | small
    teddy bear, stuffed rabbit, toy elephant, plush owl | it | cuddle | cuddling | soft small
    toy car, toy truck, wooden train, toy tractor | it | race | racing | small
    spinning top, yo-yo | it | spin | spinning | small
    toy boat, sailboat, paper ship | it | sail | sailing | outdoor small
    drum, toy piano | it | play | playing | loud
    whistle, tin flute, harmonica | it | play | playing | small loud
    jump rope | it | swing | swinging | outdoor small wild
    scooter, tricycle, wagon | it | ride | riding | outdoor large
    rocking horse | it | ride | riding | large
    hula hoop | it | twirl | twirling | outdoor wild
    toy robot, toy dinosaur, wind-up frog, toy dragon | it | play with | playing with | small
    marbles, building blocks, tin soldiers | they | play with | playing with | small many
    roller skates, stilts | they | wear | wearing | outdoor
    """
  )

  /// Small treasures that are carried or worn.
  static let treasure = StoryTable(
    "treasure",
    "noun | pronoun | why | tags",
    """
    scarf, hat, cap | it | warm and soft | wear clothes
    mittens, gloves | they | warm and soft | wear
    ribbon, bracelet | it | pretty | wear
    umbrella, backpack | it | bright and new | carry
    lantern, pocket watch, compass, spyglass | it | old and shiny | carry buried
    notebook, picture book, storybook | it | full of pictures | carry
    blanket, pillow | it | soft and a little torn | carry
    lunch box, basket, water bottle | it | just the right size | carry
    magnifying glass | it | very useful | carry
    """
  )

  /// Things that break: how, and what mends them.
  static let broken = StoryTable(
    "broken",
    "noun | pronoun | part | snap | mender | mending | use",
    """
    kite | it | wooden cross | snapped in two | two sticks and some string
      | tied the new sticks together | fly it high above the roof
    bicycle, scooter | it | front wheel | bent like a spoon | a wrench and a lot of patience
      | turned the bolts and straightened the wheel | ride it down the lane
    toy boat, model ship | it | mast | broke off | strong glue and a straight twig
      | glued the twig where the mast had been | sail it across the pond
    rag doll, teddy bear | it | left arm | tore off | a needle and some strong thread
      | sewed the arm back on with tiny stitches | take it on long walks
    wooden wagon, pull cart | it | back wheel | rolled away and cracked | a hammer and four nails
      | nailed a new wheel to the axle | pull it up the hill
    birdhouse | it | roof | split down the middle | a board and a box of screws
      | screwed a new roof onto the walls | hang it in the tree
    music box | it | tiny key | stopped turning | a drop of oil and a thin screwdriver
      | oiled every little gear | listen to it at bedtime
    clock, cuckoo clock | it | long hand | fell off | a pair of tweezers and a tiny screw
      | fastened the hand with the tiny screw | hear it tick in the quiet room
    drum | it | skin | tore | a piece of old leather
      | stretched the leather tightly over the frame | beat it all day long
    chair, stool | it | leg | came off | some glue and a clamp
      | glued the leg and pressed it tight | sit on it by the window
    lantern | it | glass | shattered | a clean jam jar
      | fitted the jar where the glass had been | carry it into the garden
    """
  )

  /// Presents that a child can make, from what, and by what work.
  static let gift = StoryTable(
    "gift",
    "noun | pronoun | from | making | gerund",
    """
    scarf, blanket | it | soft wool | knitted | knitting
    birthday card, picture book | it | thick paper and paint | painted | painting
    necklace, bracelet | it | beads and string | threaded beads | threading beads
    bird feeder, jewelry box, picture frame | it | thin wood and nails
      | sawed and hammered | working with wood
    bowl, flower vase, candle holder | it | wet clay | shaped the clay | shaping clay
    pillow, apron, quilt | it | pieces of old cloth | sewed | sewing
    paper crown, paper lantern, mobile | it | colored paper and glue
      | folded and glued | folding paper
    slippers, mittens | they | felt and thread | stitched | stitching
    """
  )

  /// Things that children build together.
  static let craft = StoryTable(
    "craft",
    "noun | place | from | ruin | better",
    """
    sandcastle, sand tower | on the beach | wet sand and shells | a big wave washed over it
      | farther from the water
    tree house | in the old oak | boards and rope | the floor cracked and slid to the ground
      | on a thicker branch
    snow fort, snowman | in the yard | clean white snow | the warm sun melted half of it
      | in the shade of the wall
    pillow fort, blanket tent | in the living room | chairs and sheets | the whole roof fell in
      | with clothespins in every corner
    block tower, block castle | on the bedroom floor | wooden blocks | the cat bumped into it
      | with a wide, strong bottom
    raft | by the pond | logs and string | it came apart in the water
      | with thicker rope and better knots
    dam | in the little creek | stones and mud | the water pushed it over
      | with the biggest stones below
    hut | at the edge of the woods | branches and leaves | the wind blew it down
      | with its back to the wind
    """
  )

  static let color = StoryTable(
    "color",
    "word",
    """
    red, blue, green, yellow, purple, orange, pink, white, brown, silver, golden, gray, black,
    turquoise, scarlet, violet, ivory, crimson, sky-blue, lemon-yellow
    """
  )

  static let pattern = StoryTable(
    "pattern",
    "word | tags",
    """
    striped, spotted, checkered, flowered | figure
    shiny, fancy, sparkling, painted, beautiful, handsome, elegant, dazzling, lovely, splendid |
    tiny, little | size
    old, new, odd-looking, ancient | age
    """
  )

  static let material = StoryTable(
    "material",
    "noun",
    """
    stars, hearts, flowers, birds, fish, leaves, moons, butterflies, snowflakes, clouds, waves,
    dots, rainbows, bees, ladybugs, mushrooms
    """
  )

  /// Things that get stuck up high.
  static let climb = StoryTable(
    "climb",
    "noun | pronoun | how",
    """
    kite, balloon, paper airplane | it | sailed up
    ball, frisbee, shuttlecock | it | flew up
    hat, scarf, straw hat | it | was blown up
    """
  )

  static let height = StoryTable(
    "height",
    "where",
    """
    into the top of the tall pine, onto the roof of the barn, into the branches of the old oak,
    onto the roof of the school, onto the high garden wall, into the crown of the apple tree,
    onto the roof of the shed, into the ivy above the gate
    """
  )

  /// Things that two children may both want.
  static let wanted = StoryTable(
    "wanted",
    "noun | pronoun | use | share",
    """
    swing | it | swing on it | one swung while the other pushed and counted to twenty
    tire swing | it | swing on it | one swung while the other pushed and counted to twenty
    wagon | it | ride in it | one pulled while the other rode, all the way to the fence
    sled | it | ride on it | they sat one behind the other and held on tight
    tricycle | it | ride it | one rode to the gate and back, and then the other rode
    paint set | it | paint with it | they took a big sheet and each painted one half
    puzzle | it | work on it | one did the corners while the other did the middle
    tea set | it | set the table with it | one poured while the other passed the cakes
    train set | it | drive it | one drove the engine while the other worked the signals
    drum | it | beat it | one drummed while the other danced
    telescope | it | look through it | one looked while the other drew what they saw
    box of crayons | it | draw with it | they drew one long picture from both ends
    sandbox shovel | it | dig with it | one dug while the other carried the sand
    """
  )
}
