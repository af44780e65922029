"""Swift files as the checks of `scripts/test` read them: without comments and strings."""
import os
import pathlib

root = pathlib.Path(__file__).resolve().parent.parent


def files(*folders, suffixes):
    """The files below folders of the package that end so; what is hidden or made is none of them."""
    found = []
    for folder in folders:
        for path, names, here in os.walk(root / folder):
            names[:] = [name for name in names if not name.startswith(".") and name not in ("out", "__pycache__")]
            found += [pathlib.Path(path, name).relative_to(root).as_posix() for name in here if name.endswith(suffixes)]
    return sorted(found)


def stripped(text):
    """The text with comments and the contents of strings blanked; line breaks stay where they are."""
    out, place, end = [], 0, len(text)

    def blank(start, stop):
        out.append("".join("\n" if c == "\n" else " " for c in text[start:stop]))

    def code(place, closing):
        """Copies code up to an unmatched `closing`, or to the end."""
        depth = 0
        while place < end:
            c = text[place]
            if text.startswith("//", place):
                stop = text.find("\n", place)
                stop = end if stop < 0 else stop
                blank(place, stop)
                place = stop
            elif text.startswith("/*", place):
                stop = text.find("*/", place)
                stop = end if stop < 0 else stop + 2
                blank(place, stop)
                place = stop
            elif c == '"' or (c == "#" and text[place:].lstrip("#").startswith('"')):
                place = string(place)
            else:
                if closing and c == "(":
                    depth += 1
                if closing and c == ")":
                    if depth == 0:
                        return place
                    depth -= 1
                out.append(c)
                place += 1
        return place

    def string(place):
        start = place
        while text[place] == "#":
            place += 1
        hashes = "#" * (place - start)
        quote = '"""' if text.startswith('"""', place) else '"'
        place += len(quote)
        blank(start, place)
        while place < end and not text.startswith(quote + hashes, place):
            if text.startswith("\\" + hashes + "(", place):
                stop = place + len(hashes) + 2
                blank(place, stop)
                # What is interpolated is code, but declares nothing: its brackets match.
                mark = len(out)
                place = code(stop, True)
                inside = "".join(out[mark:])
                del out[mark:]
                out.append("".join("\n" if c == "\n" else " " for c in inside))
            elif text.startswith("\\" + hashes, place):
                blank(place, place + len(hashes) + 2)
                place += len(hashes) + 2
            elif quote == '"' and text[place] == "\n":
                return place
            else:
                blank(place, place + 1)
                place += 1
        stop = min(end, place + len(quote + hashes))
        blank(place, stop)
        return stop

    code(place, False)
    return "".join(out)
