// Source: RFC 7396, JSON Merge Patch.
// Procedure: members of the patch replace those of the document, object by object; null removes one.
// Complexity: O(product of the members) of each object.

extension JSONValue {
  /// The document with a patch applied.
  ///
  /// - Parameter patch: An object whose members replace those of this one, objects member by member;
  ///   null removes a member. Anything else replaces the whole document.
  /// - Returns: The members of this document in their order, and then the new ones.
  package func merged(_ patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members: [JSONMember] = []
    if case .object(let own) = self { members = own }
    for change in changes {
      let place = members.firstIndex { $0.key == change.key }
      if change.value == .null {
        if let place { members.remove(at: place) }
        continue
      }
      let old = place.map { members[$0].value } ?? .null
      let member = JSONMember(key: change.key, value: old.merged(change.value))
      if let place { members[place] = member } else { members.append(member) }
    }
    return .object(members)
  }

  /// Where two documents differ.
  ///
  /// - Parameters:
  ///   - other: Another document.
  ///   - path: What stands before the names.
  /// - Returns: The names of members such as `training.steps`, in the order of this document, then of
  ///   the other; a missing member is null.
  package func differences(from other: JSONValue, at path: String = "") -> [String] {
    guard case .object(let members) = self, case .object(let others) = other else {
      return self == other ? [] : [path]
    }
    let keys =
      members.map(\.key)
      + others.map(\.key).filter { key in
        !members.contains { $0.key == key }
      }
    return keys.flatMap { key -> [String] in
      let name = String(decoding: key, as: UTF8.self)
      let place = path.isEmpty ? name : "\(path).\(name)"
      return (self[name] ?? .null).differences(from: other[name] ?? .null, at: place)
    }
  }
}
