extension StoryTable {
  /// Every table of the lexicon.
  static let english: [StoryTable] = [
    child, critter, parent, elder, neighbor, trait, home, town,
    toy, treasure, broken, gift, craft, color, pattern, material,
    place, hideout, spot, weather, time, room, transport,
    pet, stray, snack, dish, cake, mistake, plant, noise, skill, show, game, race, quarrel,
    wanted, height, climb,
  ]

  static let child = StoryTable(
    "child",
    "name | kind | sibling | pronoun",
    """
    Anna, Bella, Clara, Daisy, Ella, Fay, Gwen, Hannah, Iris, Julia | girl | sister | she
    Kate, Lily, Mia, Nora, Olive, Penny, Rosa, Sara, Tess, Uma | girl | sister | she
    Vera, Wendy, Zoe, Amy, Beth, Cora, Dora, Emma, Flora, Grace | girl | sister | she
    Holly, Ida, Jenny, Kira, Lucy, Maya, Nina, Polly, Ruby, Sophie | girl | sister | she
    Tina, Willa, Yara, Ada, Mabel, Leila, Ingrid, Priya, Suki, Elena | girl | sister | she
    Adam, Ben, Carl, Dan, Eli, Finn, George, Henry, Ivan, Jack | boy | brother | he
    Kai, Leo, Max, Noah, Oscar, Paul, Quinn, Rob, Sam, Tom | boy | brother | he
    Umar, Victor, Oliver, Zack, Amir, Billy, Charlie, David, Emil, Fred | boy | brother | he
    Gus, Hugo, Isaac, Jonas, Kenji, Luke, Milo, Nico, Otto, Peter | boy | brother | he
    Ravi, Simon, Theo, Walter, Yusuf, Arthur, Felix, Diego, Joel, Marco | boy | brother | he
    """
  )

  /// Talking animals; `den` is where they live, `food` what they like best.
  static let critter = StoryTable(
    "critter",
    "name | kind | pronoun | den | food | tags",
    """
    Clover, Nutmeg, Snowdrop | rabbit | she | in a burrow under the hill | carrots | quick
    Thumper, Barley, Cotton | rabbit | he | in a burrow under the hill | carrots | quick
    Pip, Whisper, Crumb | mouse | she | in a hole below the old barn | sunflower seeds | small
    Squeak, Button, Pepper | mouse | he | in a hole below the old barn | sunflower seeds | small
    Honey, Maple, Bramble | bear | she | in a cave in the rocks | berries | large
    Bruno, Rumble, Bernard | bear | he | in a cave in the rocks | berries | large
    Greta, Luna, Willow | wolf | she | in a cave below the cliff | dumplings | large
    Grimbold, Howler | wolf | he | in a cave below the cliff | dumplings | large
    Rusty, Ember, Amber | fox | she | in a den by the fallen tree | eggs | quick
    Copper, Flash, Reynard | fox | he | in a den by the fallen tree | eggs | quick
    Hazel, Acorn, Twiggy | squirrel | she | in a nest in the tall oak | nuts | small quick
    Chestnut, Skip, Filbert | squirrel | he | in a nest in the tall oak | nuts | small quick
    Prickles, Thistle | hedgehog | she | in a house of leaves under the hedge | apples | small slow
    Spike, Bristle | hedgehog | he | in a house of leaves under the hedge | apples | small slow
    Splash, Pebble | otter | she | in a den on the riverbank | river clams | quick
    Ripple, Brook | otter | he | in a den on the riverbank | river clams | quick
    Velvet, Molly | mole | she | in a tunnel under the meadow | roots | small slow
    Digger, Morris | mole | he | in a tunnel under the meadow | roots | small slow
    Shelly, Tilda | turtle | she | on the muddy bank of the pond | lettuce leaves | slow
    Sheldon, Tucker | turtle | he | on the muddy bank of the pond | lettuce leaves | slow
    Stripes, Betty | badger | she | in a sett in the deep wood | mushrooms | slow
    Boris, Grumble | badger | he | in a sett in the deep wood | mushrooms | slow
    """
  )

  static let parent = StoryTable(
    "parent",
    "name | pronoun",
    """
    mom, mother, mama | she
    dad, father, papa | he
    """
  )

  static let elder = StoryTable(
    "elder",
    "name | pronoun",
    """
    grandma, grandmother, granny, nana | she
    grandpa, grandfather, granddad | he
    """
  )

  /// Grown-ups of the village, and what they do there.
  static let neighbor = StoryTable(
    "neighbor",
    "name | job | pronoun",
    """
    Mrs. Bell, Miss Finch | baker | she
    Mr. Crumb, Mr. Miller | baker | he
    Mrs. Rose, Miss Moss | gardener | she
    Mr. Green, Mr. Fern | gardener | he
    Mrs. Page, Miss Quill | librarian | she
    Mr. Wood, Mr. Hammer | carpenter | he
    Mrs. Stitch, Miss Weaver | tailor | she
    Mr. Shepherd, Mr. Fields | farmer | he
    Mrs. Barnes, Miss Meadows | farmer | she
    Mr. Post, Mr. Lane | mailman | he
    """
  )

  static let trait = StoryTable(
    "trait",
    "word",
    """
    kind, curious, cheerful, gentle, lively, clever, thoughtful, friendly, merry, playful, bright,
    quiet, brave, polite, patient, dreamy, busy, helpful, good-natured, eager, careful, active
    """
  )

  static let home = StoryTable(
    "home",
    "where",
    """
    in a small white house near the river, in a yellow cottage at the edge of the woods,
    on a farm with many cows, in a tall brick house in the city, in a village between two hills,
    in a cozy house by the sea, in an apartment above the bakery, in a red house on a quiet street,
    on a windy hill, at the end of a long lane, next to the old mill, across from the school,
    in a little town in the mountains, on the top floor of a very old building,
    in a blue house with a crooked chimney, on a street full of apple trees
    """
  )

  static let town = StoryTable(
    "town",
    "noun",
    """
    village, town, valley, kingdom, forest town, mountain village, fishing village
    """
  )
}
