/// Phrases shared by many plots.
///
/// They are compiled into each plot that uses them, so `hero`, `home` and the other roles are those
/// of the plot.
enum StoryPhrases {
  static let shared = """
    once:
    - Once upon a time, there was {a trait hero.kind} named {hero}. {Hero.He} lived {home}.
    - [Long ago|Once], {home}, there lived {a trait hero.kind} called {hero}.
    - {Hero} was {a trait hero.kind} who lived {home}.
    - There once was {a trait hero.kind} named {hero}, who lived {home}.
    - This is a story about {hero}, {a trait hero.kind} who lived {home}.
    - {Home.where} lived {a trait hero.kind} whose name was {hero}.
    - Everyone who met {hero} liked {hero.him}, because {hero.he} was such {a trait hero.kind}.
      {Hero.He} lived {home}.
    - {Hero} lived {home}. {Hero.He} was {a trait hero.kind} [with big brown eyes|with freckles on
      {hero.his} nose|who loved to laugh|who loved to ask questions|who was never bored].
    - Not so long ago, {home}, there lived {a trait hero.kind} by the name of {hero}.
    - Do you know {hero}? {Hero.He} is {a trait hero.kind}, and {hero.he} [lives|has always lived]
      {home}.
    - {A trait hero.kind} named {hero} lived {home}.
    - If you had walked past in those days, you might have seen {hero}, {a trait hero.kind} who
      lived {home}.

    glad:
    - happy
    - glad
    - delighted
    - full of joy
    - so happy that {hero.he} [danced in a circle|hugged everyone|laughed out loud|clapped
      {hero.his} hands]

    sad:
    - sad
    - unhappy
    - upset
    - gloomy
    - miserable
    - close to tears
    - sadder than {hero.he} had ever been
    - so sad that [even the sun seemed gray|nothing could cheer {hero.him} up]

    kindly:
    - kindly
    - softly
    - gently
    - warmly
    - with a [smile|wink|nod]
    - in a [calm|friendly|quiet] voice
    - with a warm look
    - and patted {hero.him} on the back

    fast:
    - at once
    - right away
    - quickly
    - without waiting a second

    worry:
    - {Hero.His} heart sank.
    - {Hero.His} eyes filled with tears.
    - A lump rose in {hero.his} throat.
    - {Hero} felt <sad>.
    - "Oh no!" [cried|whispered|said] {hero}.
    - For a moment {hero} did not know what to do.
    - {Hero} bit {hero.his} lip and tried not to cry.
    - A cold feeling crept into {hero}'s stomach.
    - "What [now|shall I do now]?" {hero} [whispered|asked|said].

    courage:
    - {Hero} took a deep breath.
    - {Hero} swallowed hard and stood up straight.
    - {Hero} counted slowly to [three|five|ten].
    - Although {hero.his} knees shook, {hero} did not give up.
    - "I can do this," {hero} told {hero.himself}.
    - {Hero}'s heart was pounding, but {hero.he} held {hero.his} head high.

    goodnight:
    - That night, {hero} fell asleep with a smile [on {hero.his} face|and dreamed of the next day].
    - When the stars came out, {hero} was already fast asleep.
    - "What a day!" thought {hero} [at bedtime|as {hero.he} pulled up the blanket|in bed].
    - At supper {hero} told the whole story [twice|from beginning to end], and nobody
      [yawned|interrupted].
    - And {hero} never forgot that day.
    - It had been [a very good day|the best day of the whole week|a day to remember].
    - The moon shone through the window, and {hero} slept [like a stone|soundly|without a single bad
      dream].
    - Later, when the lamp was out, {hero} smiled in the dark.
    - "[Good night|Sleep well], {hero}," [whispered the wind|sang the crickets|said the owl
      outside], and the day was over.
    - And whenever somebody asked about it, {hero} told this story.

    closing:
    - And {hero} never forgot it.
    - Whenever somebody asked about it, {hero} told this story.
    - That was a long time ago, but {hero} still [thinks of it|smiles about it|likes to talk about
      it].
    - And if you ever meet {hero}, ask {hero.him} about it.
    - {Hero} had learned something that is not found in any book.
    - And that is how it was.
    """
}
