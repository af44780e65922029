extension StoryTable {
  /// Animals that live with people.
  static let pet = StoryTable(
    "pet",
    "noun | pronoun | sound | gladly | tags",
    """
    puppy, dog, terrier | it | barked | wagged its tail | house
    poodle, sheepdog | it | barked | licked every hand | house
    kitten, cat, tomcat | it | meowed | rubbed against every leg | house
    parrot | it | squawked | flapped its wings |
    goat | it | bleated | jumped straight into the air |
    duck, goose | it | quacked | shook its tail feathers |
    pony, donkey | it | snorted | tossed its head |
    """
  )

  /// Young animals that a child may find: what hurts, where they belong, who comes for them.
  static let stray = StoryTable(
    "stray",
    "noun | pronoun | sound | looks | food | bed | mother | home",
    """
    kitten | it | mewed | thin and wet | warm milk | a basket with a wool blanket
      | a big tabby cat | the barn next door
    puppy | it | yelped | muddy from nose to tail | bread and meat | a box lined with towels
      | a large brown dog | the farm down the road
    duckling | it | peeped | fluffy and yellow | oats and water | a tub with a little straw
      | a proud white duck | the pond behind the mill
    baby bird | it | cheeped | small and almost bare | seeds and crumbs | a shoebox full of moss
      | a worried robin | the nest in the hedge
    bunny | it | sniffed | gray and trembling | clover and lettuce | a crate with fresh hay
      | a long-eared rabbit | the burrow in the meadow
    baby squirrel | it | squeaked | tiny and cold | nuts and milk | a hat filled with cotton
      | a bushy red squirrel | the hole in the oak tree
    baby hedgehog | it | snuffled | round and prickly | apple slices | a pail full of dry leaves
      | a plump old hedgehog | the pile of leaves by the fence
    lamb | it | bleated | white and shaky | a bottle of milk | a corner full of straw
      | a woolly sheep | the pasture on the hill
    fawn | it | whimpered | spotted and thin-legged | tender leaves | a bed of ferns
      | a graceful deer | the edge of the forest
    """
  )

  /// Plants that grow from a seed, and what they become.
  static let plant = StoryTable(
    "plant",
    "noun | pronoun | seed | bloom | yield",
    """
    sunflower | it | striped seed | opened a yellow face as big as a plate
      | gave seeds to all the birds
    pumpkin vine | it | flat white seed | carried one huge orange pumpkin
      | made enough pie for the whole street
    bean plant | it | shiny bean | climbed all the way up to the window
      | filled three baskets with beans
    tomato plant | it | tiny brown seed | hung full of round red tomatoes
      | made the best soup of the summer
    rosebush | it | hard little seed | bore seven pink roses | made the whole yard smell sweet
    apple tree | it | brown apple seed | was covered with white blossoms
      | gave sweet apples many years later
    strawberry plant | it | speckled little seed | was dotted with red berries
      | filled two jars with jam
    cucumber vine | it | flat little seed | hid ten long cucumbers under its leaves
      | gave a crisp cucumber to each guest
    tulip | it | round bulb | opened one perfect red cup | made every visitor smile
    watermelon vine | it | black seed | held a melon as heavy as a dog
      | gave a juicy slice to everyone
    """
  )

  /// Sounds in the dark, and their true causes.
  static let noise = StoryTable(
    "noise",
    "heard | verb | cause | cure",
    """
    a long low groan | groaned | the old floor cooling down | a soft rug
    a gentle tapping | tapped | a branch that touched the window | a piece of string to tie it back
    a scratching sound | scratched | a mouse looking for crumbs | a bit of cheese in the yard
    a strange whistle | whistled | the wind in the chimney | a cork in the draft
    a steady dripping | dripped | the tap in the bathroom | a firm turn of the handle
    a soft thump | thumped | the cat jumping off the shelf | a pillow where the cat lands
    a rustling whisper | rustled | the curtain moving in the draft | a closed window
    a slow creak | creaked | the cupboard door on its rusty hinge | one drop of oil
    a hoot from far away | hooted | a little owl on the roof | a wave from the window
    a rattling noise | rattled | the loose shutter outside | a small iron hook
    """
  )
}
