extension StoryTable {
  /// Where children go; `ground` is what they walk on there.
  static let place = StoryTable(
    "place",
    "noun | at | to | ground | tags",
    """
    park | in the park | to the park | grass | green
    playground | at the playground | to the playground | sand | green
    beach | at the beach | to the beach | sand | water
    lake | by the lake | to the lake | pebbles | water
    river | by the river | to the river | stones | water
    pond | at the pond | to the pond | mud | water
    meadow | in the meadow | to the meadow | flowers | green
    forest | in the forest | to the forest | leaves | wild
    orchard | in the orchard | to the orchard | grass | green
    hill | on the hill | up the hill | grass | wild
    farm | on the farm | to the farm | straw | green
    zoo | at the zoo | to the zoo | path | crowd
    market | at the market | to the market | cobblestones | crowd
    fair | at the fair | to the fair | straw | crowd
    library | in the library | to the library | carpet | indoor
    museum | in the museum | to the museum | floor | indoor
    """
  )

  /// Where a lost thing lies; tagged with the places that have such a spot.
  static let spot = StoryTable(
    "spot",
    "where | tags",
    """
    under a bench, behind the slide, next to the fountain | park playground
    between the roots of a big tree, under a pile of leaves | park forest orchard
    in the tall grass, among the daisies, beside a molehill | meadow hill orchard
    behind a flat rock, under a bush, beside a hollow log | forest hill river lake
    half buried in the sand, beside a heap of seaweed, under a beach towel | beach
    between the reeds, on the wooden dock, under an old rowboat | lake pond river
    behind the haystack, next to the chicken coop, under the hay cart | farm
    beside the monkey house, under the ice cream stand, near the duck pond | zoo
    behind a basket of apples, under the cheese stall, beside the flower cart | market
    beside the carousel, under the popcorn cart, next to the puppet stage | fair
    behind the bottom shelf, under a reading chair, next to the big globe | library
    under the dinosaur bones, beside the coat hooks, behind a stone lion | museum
    at the foot of the swings, inside the climbing tunnel | playground
    """
  )

  /// Where somebody hides or sits alone.
  static let hideout = StoryTable(
    "hideout",
    "where | tags",
    """
    under the kitchen table, in the attic, under the stairs, behind the curtain | indoor
    in the big armchair, on the window seat, in the laundry room | indoor
    behind the shed, on the back steps, in the corner of the garden | outdoor
    on the porch swing, under the willow tree, at the far end of the yard | outdoor
    on the garden wall, beside the rain barrel, under the lilac bush | outdoor
    """
  )

  static let room = StoryTable(
    "room",
    "noun",
    """
    kitchen, living room, hallway, dining room, playroom
    """
  )

  /// `sky` is a sentence without its full stop; `fair` is weather to be out in.
  static let weather = StoryTable(
    "weather",
    "word | sky | tags",
    """
    sunny | The sun was shining in a clear blue sky | fair warm
    warm | A soft wind was blowing and bees hummed in the flowers | fair warm
    bright | Little white clouds floated across the sky | fair warm
    golden | The light lay like honey on the fields | fair warm
    mild | Birds were singing on every roof | fair warm
    fresh | The grass still sparkled with dew | fair
    breezy | The wind played with the leaves and the clouds | fair windy
    windy | The wind pulled at every hat and every branch | windy
    crisp | The air smelled of leaves and apples | fair
    rainy | Rain drummed on the roof and ran down the windows | wet
    gray | Heavy clouds hung over the roofs | wet
    foggy | The fog was so thick that the trees looked like ghosts | wet
    snowy | Snow lay on the fences and the rooftops | cold
    frosty | Ice flowers grew on the windows | cold
    """
  )

  static let time = StoryTable(
    "time",
    "word",
    """
    morning, afternoon, day, Saturday, Sunday, spring day, Monday, Friday
    """
  )

  /// Ways to travel far.
  static let transport = StoryTable(
    "transport",
    "by | gerund | window",
    """
    train | riding the train | Fields and bridges flew past the window
    bus | riding the bus | Shops and lampposts rolled past the window
    boat | riding the boat | Gulls cried and the waves slapped the deck
    cart | riding the cart | The old horse clip-clopped along the road
    car | riding in the car | Hills and barns slid past the window
    """
  )
}
