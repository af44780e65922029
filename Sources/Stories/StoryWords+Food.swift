extension StoryTable {
  /// Things to eat on the way; `one` is a piece of it.
  static let snack = StoryTable(
    "snack",
    "noun | pronoun | one | tags",
    """
    apples | they | an apple | healthy
    pears | they | a pear | healthy
    plums | they | a plum | healthy
    cookies | they | a cookie | sweet
    muffins | they | a muffin | sweet
    pancakes | they | a pancake | sweet
    cherries | they | a handful of cherries | healthy
    strawberries | they | a strawberry | healthy
    sandwiches | they | half a sandwich |
    raisins | they | a handful of raisins | sweet
    nuts | they | a handful of nuts | healthy
    cheese | some | a bit of cheese |
    bread and jam | some | a slice of bread | sweet
    popcorn | some | a handful of popcorn |
    gingerbread | some | a piece of gingerbread | sweet
    honey cake | some | a slice of honey cake | sweet
    """
  )

  /// Dishes served at home.
  static let dish = StoryTable(
    "dish",
    "noun | pronoun | tags",
    """
    tomato soup, noodle soup, potato stew, rice pudding, vegetable soup, pumpkin soup | some | bowl
    oatmeal, mushroom soup, bean stew, chicken soup, plum porridge | some | bowl
    hot chocolate, warm milk, honey tea, cocoa, apple pie, fresh bread, berry pie | some |
    """
  )

  /// Things a child may bake; `top` goes on when it is done.
  static let cake = StoryTable(
    "cake",
    "noun | pronoun | with | top | tags",
    """
    chocolate cake | it | dark cocoa | white frosting | whole
    carrot cake | it | grated carrots | cream and one tiny carrot | whole
    lemon cake | it | lemon juice | yellow icing | whole
    apple pie | it | sliced apples | a spoonful of cream | whole
    blueberry pie | it | ripe blueberries | a little sugar | whole
    honey cake | it | golden honey | chopped nuts | whole
    banana loaf | it | three ripe bananas | melted chocolate | whole
    cherry tart | it | sweet red cherries | powdered sugar | whole
    ginger cookies | they | sweet ginger | little stars of icing |
    oat cookies | they | oats and raisins | drops of chocolate |
    cinnamon rolls | they | cinnamon and butter | sweet white glaze |
    pumpkin muffins | they | mashed pumpkin | roasted seeds |
    """
  )

  /// Things that go wrong in a kitchen, how they show, and what is done about them.
  static let mistake = StoryTable(
    "mistake",
    "did | shows | reason | fix",
    """
    took the salt jar for the sugar jar | tasted like the sea | too much salt
      | put a label on each jar
    forgot to look at the clock | came out as black as coal | too much time in the oven
      | set the loud timer this time
    turned the oven up too high | came out as black as coal | too much heat
      | read the dial twice
    forgot the baking powder | came out as flat as a plate | nothing to make the dough rise
      | checked every line of the recipe
    used three cups of flour too many | came out as hard as a brick | too much flour
      | counted the cups aloud
    opened the oven door again and again | sank in the middle with a sigh
      | too much cold air | kept the door shut and only peeked through the glass
    poured in the whole bottle of milk | ran over the edge of the pan | too much milk
      | measured the milk in a cup
    dropped in pepper instead of cinnamon | made everyone sneeze | pepper in the dough
      | smelled every jar first
    """
  )
}
