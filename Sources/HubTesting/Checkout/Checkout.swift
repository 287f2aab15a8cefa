import Foundation

/// The files of the project that the tests were built from.
package enum Checkout {
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized

    package static let commands = path("commands")
    package static let agents = path("etc/agents")

    /// - Parameter file: a path relative to the top of the project.
    package static func path(_ file: String) -> String { top.appendingPathComponent(file).path }

    package static func text(of file: String) throws -> String { try String(contentsOfFile: path(file), encoding: .utf8) }

    /// The YAML examples of a document, each with the line on which it begins.
    package static func examples(in document: String) throws -> [(line: Int, text: String)] {
        var (examples, open): ([(line: Int, text: String)], (line: Int, lines: [Substring])?) = ([], nil)
        for (index, line) in try text(of: document).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let example = open {
                if line == "```" {
                    examples.append((example.line, example.lines.joined(separator: "\n") + "\n"))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line == "```yaml" {
                open = (index + 2, [])
            }
        }
        return examples
    }
}
