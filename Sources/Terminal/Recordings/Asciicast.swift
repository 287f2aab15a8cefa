import HubCore

/// Recordings of terminals in the format asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/): a line with a JSON object about
/// the whole, then a line `[seconds, kind, text]` for each event.
package enum Asciicast {
    package struct Event: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case output(String)
            case resize(TerminalSize)
            /// A place that somebody may want to find, with its label.
            case marker(String)
        }

        /// Since the beginning.
        package var time: Duration
        package var kind: Kind

        package init(time: Duration, kind: Kind) {
            (self.time, self.kind) = (time, kind)
        }

        var line: [UInt8] {
            let (code, text) =
                switch kind {
                case .output(let text): ("o", text)
                case .resize(let size): ("r", size.description)
                case .marker(let label): ("m", label)
                }
            return JSONValue.array([.number(Asciicast.seconds(time)), .string(code), .string(text)]).bytes + [UInt8(ascii: "\n")]
        }
    }

    package struct Header: Hashable, Sendable {
        package var size: TerminalSize
        package var startedAt: Timestamp?
        package var title: String?

        package init(size: TerminalSize, startedAt: Timestamp? = nil, title: String? = nil) {
            (self.size, self.startedAt, self.title) = (size, startedAt, title)
        }

        var line: [UInt8] {
            var members: [JSONValue.Member] = [
                .init("version", 2), .init("width", JSONValue(size.columns)), .init("height", JSONValue(size.rows)),
            ]
            if let startedAt { members.append(.init("timestamp", JSONValue(startedAt.milliseconds / 1000))) }
            if let title { members.append(.init("title", .string(title))) }
            members.append(.init("env", ["TERM": "xterm-256color"]))
            return JSONValue.object(members).bytes + [UInt8(ascii: "\n")]
        }
    }

    /// `1.5`, with at most microseconds; times before the beginning count as the beginning.
    package static func seconds(_ time: Duration) -> String {
        let (seconds, attoseconds) = max(time, .zero).components
        let fraction = String(attoseconds / 1_000_000_000_000)
        var text = "\(seconds).\(String(repeating: "0", count: 6 - fraction.utf8.count))\(fraction)"
        while text.hasSuffix("0"), !text.hasSuffix(".0") { text.removeLast() }
        return text
    }
}
