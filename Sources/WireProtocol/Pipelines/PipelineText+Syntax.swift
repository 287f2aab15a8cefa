import HubCore
import Yams

/// What is wrong with a text that is no JSON and no YAML, as a person would say it: where, what, and the traps that everybody walks into.
extension PipelineText {
    static func sentence(_ error: JSONSyntaxError, in text: String) -> String {
        let before = text.utf8.prefix(error.offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column =
            before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { before.distance(from: before.startIndex, to: $0) + 1 } ?? 0) + 1
        return "it is not valid JSON at line \(line), column \(column): \(error.reason)"
    }

    static func sentence(_ error: any Error, in text: String) -> String {
        guard let error = error as? YamlError else { return "it is not valid YAML: \(error)" }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let around = context.map { ", \($0.text.trimmed) that begins at line \($0.mark.line)" } ?? ""
            return "it is not valid YAML at line \(mark.line), column \(mark.column): \(problem.trimmed)\(around)\(hint(problem, text))"
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = Set(duplicates).sorted().prefix(5).joined(separator: ", ")
            return "it is not valid YAML: \(keys) is there twice in the part that begins at line \(context.mark.line)"
        default: return "it is not valid YAML: \("\(error)".trimmed)"
        }
    }

    private static func hint(_ problem: String, _ text: String) -> String {
        if problem.contains("undefined alias") {
            return ". A * before a name stands for a part that &name marks further up; put the word in quotes if it is meant as it is"
        }
        if problem.contains("cannot start any token"), text.contains("\t") { return ". YAML is indented with blanks, not with tabs" }
        if text.contains(/[\[,:-]\s*#\d/) { return ". A # begins a comment: write the task in quotes, \"#41\"" }
        return ""
    }
}
