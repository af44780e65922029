import BytePairEncoding
import Corpora
import JSONText
import Tokenization

/// The audit of a vocabulary as JSON: all of it, in the order of ids and ranks.
struct VocabularyAuditJSON {
  let audit: VocabularyAudit
  let use: TokenUse?
  let tokenizer: Tokenizer

  func rendered() -> String {
    var output: [UInt8] = []
    document.write(to: &output)
    return String(decoding: output, as: UTF8.self) + "\n"
  }

  private var document: JSONValue {
    var members: [JSONMember] = [
      JSONMember("tokens", number(audit.tokenCount)),
      JSONMember("is_proof", .bool(audit.isProof)),
      JSONMember("never_made", .array(audit.neverMade.map(neverMade))),
      JSONMember("merges", audit.mergeCount.map(number) ?? .null),
      JSONMember("dead_merges", .array(audit.deadMerges.map(deadMerge))),
      JSONMember("not_utf8", tokens(audit.torn)),
      JSONMember("only_in_broken_text", tokens(audit.broken)),
      JSONMember("changed_by_normalizer", tokens(audit.unnormalized)),
      JSONMember(
        "missing_bytes",
        audit.missingBytes.map { .array($0.map { number(Int($0)) }) } ?? .null
      ),
      JSONMember("by_length", .array(audit.byLength.map(id))),
      JSONMember("scripts", .array(audit.scripts.map(script))),
      JSONMember("added_tokens", addedTokens),
      JSONMember("unicode", unicode),
    ]
    if let use { members.append(JSONMember("text", text(use))) }
    return .object(members)
  }

  private func number(_ value: Int) -> JSONValue { .number(Double(value)) }

  private func id(_ id: TokenID) -> JSONValue { number(id.index) }

  private func token(_ token: TokenID) -> [JSONMember] {
    [JSONMember("id", id(token)), JSONMember("piece", .text(tokenizer.piece(of: token)))]
  }

  private func tokens(_ ids: [TokenID]) -> JSONValue { .array(ids.map { .object(token($0)) }) }

  private func neverMade(_ finding: VocabularyAudit.NeverMade) -> JSONValue {
    .object(
      token(finding.id) + [
        JSONMember("reason", .text(finding.reason.rawValue)),
        JSONMember("instead", .array(finding.instead.map(id))),
      ]
    )
  }

  private func deadMerge(_ merge: DeadMerge) -> JSONValue {
    .object([
      JSONMember("rank", number(merge.rank)), JSONMember("left", .text(merge.left)),
      JSONMember("right", .text(merge.right)), JSONMember("reason", .text(merge.reason.rawValue)),
    ])
  }

  private func script(_ cost: ScriptCost) -> JSONValue {
    .object([
      JSONMember("script", .text(cost.script)), JSONMember("characters", number(cost.characters)),
      JSONMember("bytes", number(cost.bytes)), JSONMember("tokens", number(cost.tokens)),
      JSONMember("one_token", number(cost.single)), JSONMember("lost", number(cost.lost)),
      JSONMember("most_tokens", number(cost.most)),
      JSONMember("dearest", .array(cost.dearest.map { number(Int($0.value)) })),
    ])
  }

  private var addedTokens: JSONValue {
    let added = audit.addedTokens
    return .object([
      JSONMember("count", number(tokenizer.addedTokens.count)),
      JSONMember("also_in_model", .array(added.alsoInModel.map(id))),
      JSONMember(
        "other_id",
        .array(
          added.otherID.sorted { $0.key < $1.key }.map {
            .object([JSONMember("id", id($0.key)), JSONMember("in_model", id($0.value))])
          }
        )
      ),
      JSONMember("taken_id", .array(added.takenID.map(id))),
      JSONMember("changed_by_normalizer", .array(added.normalized.map(id))),
      JSONMember(
        "overlaps",
        .array(
          added.overlaps.map {
            .object([
              JSONMember("first", id($0.first)), JSONMember("second", id($0.second)),
              JSONMember("inside", .bool($0.isInside)),
            ])
          }
        )
      ),
      JSONMember("not_compared", number(added.notCompared)),
    ])
  }

  private var unicode: JSONValue {
    let versions = VocabularyAuditReport.unicodeVersions.map {
      JSONValue.object([JSONMember("version", .text($0.number)), JSONMember("use", .text($0.use))])
    }
    return .object([
      JSONMember("versions", .array(versions)),
      JSONMember("unknown_to_icu", .array(audit.unknownToICU.map { number(Int($0.value)) })),
      JSONMember("newer_than_icu", .array(audit.newerThanICU.map { number(Int($0.value)) })),
    ])
  }

  private func text(_ use: TokenUse) -> JSONValue {
    .object([
      JSONMember("tokens", number(use.tokens)),
      JSONMember("unseen_share", .number(use.unseenShare)),
      JSONMember("unseen", .array(use.unseen.map(id))),
      JSONMember(
        "used",
        .array(
          use.byUse.map {
            .object([
              JSONMember("id", id($0)), JSONMember("times", .number(Double(use.counts[$0.index]))),
            ])
          }
        )
      ),
    ])
  }
}
