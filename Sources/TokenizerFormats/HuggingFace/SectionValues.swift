import JSONText
import UnicodeText

extension JSONValue {
  /// An object with a type.
  static func typed(_ type: String, _ members: [JSONMember] = []) -> JSONValue {
    .object([JSONMember("type", .text(type))] + members)
  }

  /// Null, the value, or a Sequence of several.
  static func sequence(_ name: String, _ values: [JSONValue]) -> JSONValue {
    switch values.count {
    case 0: .null
    case 1: values[0]
    default: typed("Sequence", [JSONMember(name, .array(values))])
    }
  }

  static func byteLevel(addsPrefixSpace: Bool, usesRegex: Bool) -> JSONValue {
    typed(
      "ByteLevel",
      [
        JSONMember("add_prefix_space", .bool(addsPrefixSpace)),
        JSONMember("trim_offsets", .bool(true)), JSONMember("use_regex", .bool(usesRegex)),
      ]
    )
  }

  static func metaspace(_ marking: SpaceMarking, splits: Bool) -> JSONValue {
    typed(
      "Metaspace",
      [
        JSONMember("replacement", .text(marking.mark)),
        JSONMember("prepend_scheme", .text(marking.prepending.rawValue)),
        JSONMember("split", .bool(splits)),
      ]
    )
  }
}
