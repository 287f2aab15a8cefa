import HubCore

extension Asciicast {
    /// What is wrong with a recording.
    package enum Fault: Error, Hashable, Sendable {
        /// The first line is no header of version 2 with a size that a terminal can have.
        case header
        /// A line is no event. From 1, the header's line included.
        case event(line: Int)
    }

    /// A recording as it was written.
    package struct Recording: Hashable, Sendable {
        package var header: Header
        package var events: [Event]

        package init(header: Header, events: [Event]) {
            (self.header, self.events) = (header, events)
        }

        /// Reads a recording. Kinds of events other than ours are left out, and so is a last line that has no end: the writer was
        /// interrupted there.
        ///
        /// - Throws: ``Fault``
        package init(parsing bytes: [UInt8]) throws(Fault) {
            var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            if lines.count > 1 { lines.removeLast() }
            guard let first = lines.first, let header = Header(parsing: Array(first)) else { throw .header }
            var events: [Event] = []
            for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
                guard let fields = (try? JSONValue(parsing: Array(line)))?.array, fields.count == 3,
                    let seconds = fields[0].double, (0..<1e9).contains(seconds), let code = fields[1].string, let text = fields[2].string
                else { throw .event(line: index + 1) }
                if let kind = Event.Kind(code: code, text: text) { events.append(Event(time: .seconds(seconds), kind: kind)) }
            }
            self.init(header: header, events: events)
        }

        /// How long it runs.
        package var length: Duration { events.last?.time ?? .zero }

        /// What the terminal showed at a time, and what had scrolled away by then.
        package func screen(at time: Duration = .seconds(Int.max), scrollback: Int = 0) -> TerminalScreen {
            let screen = TerminalScreen(size: header.size, scrollback: scrollback)
            for event in events {
                guard event.time <= time else { break }
                switch event.kind {
                case .output(let text): screen.feed(Array(text.utf8))
                case .resize(let size): screen.resize(size)
                case .marker: break
                }
            }
            return screen
        }
    }
}

extension Asciicast.Header {
    fileprivate init?(parsing line: [UInt8]) {
        guard let value = try? JSONValue(parsing: line), value["version"]?.int == 2, let columns = value["width"]?.int,
            let rows = value["height"]?.int, columns > 0, rows > 0
        else { return nil }
        let seconds = value["timestamp"]?.int.flatMap { $0.magnitude < 1 << 40 ? Int64($0) : nil }
        self.init(
            size: TerminalSize(clampingColumns: columns, rows: rows), startedAt: seconds.map { Timestamp(milliseconds: $0 * 1000) },
            title: value["title"]?.string)
    }
}

extension Asciicast.Event.Kind {
    fileprivate init?(code: String, text: String) {
        switch code {
        case "o": self = .output(text)
        case "m": self = .marker(text)
        case "r":
            let sides = text.split(separator: "x").map { Int($0) }
            guard sides.count == 2, let columns = sides[0], let rows = sides[1] else { return nil }
            self = .resize(TerminalSize(clampingColumns: columns, rows: rows))
        default: return nil
        }
    }
}
