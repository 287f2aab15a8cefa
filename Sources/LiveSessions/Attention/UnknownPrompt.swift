import HubCore
import Terminal

/// Tells from the screen alone, whatever the program, whether a terminal that has been quiet waits for somebody.
enum UnknownPrompt {
    /// How long a terminal must have been quiet.
    static let quietTime: Duration = .seconds(10)
    private static let endings: [Character] = ["?", ":", ">", "]", ")", "❯", "›"]
    private static let words = ["y/n", "yes/no", "press enter", "press any key", "continue?", "proceed?", "password", "passphrase"]

    /// The lines around the question; `nil` if the screen does not look like one.
    static func text(on screen: ScreenImage) -> String? {
        let lines = screen.lines
        let row = screen.cursor.row
        guard lines.indices.contains(row) else { return nil }
        let around = lines[max(0, row - 5)...min(lines.count - 1, row + 5)]
        let line = lines[row].trimmed
        let isQuestion = line.last.map { endings.contains($0) } ?? false
        let isMenu = around.contains { $0.trimmed.hasPrefix("❯ 1.") || $0.trimmed.hasPrefix("> 1.") || $0.contains("❯ ") }
        let lower = around.joined(separator: "\n").lowercased()
        guard !line.isEmpty || isMenu, isQuestion || isMenu || words.contains(where: lower.contains) else { return nil }
        return around.map(\.trimmed).filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
