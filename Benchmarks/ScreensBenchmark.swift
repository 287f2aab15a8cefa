import Foundation
import HubCore
import Pictures
import Terminal

/// Terminals without windows, in this process: output in, screens as text and as pictures out.
struct ScreensBenchmark {
    private static let size = TerminalSize(columns: 120, rows: 40)
    private static let seconds = 2.0
    private static let rounds = 3
    /// Bytes that are fed at a time, as in a message of a daemon.
    private static let piece = 4096

    func run() async throws {
        guard let size = Self.size else { throw HubProcess.Failed(description: "no such size") }
        feed("a build's coloured lines, scrolling", Self.buildLog, size)
        feed("a full-screen program that paints all of it", Self.fullScreen(0), size)
        screens(size)
        try pictures(size)
    }

    private func feed(_ name: String, _ text: [UInt8], _ size: TerminalSize) {
        let rates = (0..<Self.rounds).map { _ -> Double in
            let screen = TerminalScreen(size: size)
            let begin = ContinuousClock.now
            var (place, fed) = (0, 0)
            while milliseconds(ContinuousClock.now - begin) < Self.seconds * 1000 {
                let end = min(place + Self.piece, text.count)
                screen.feed(text[place..<end])
                fed += end - place
                place = end == text.count ? 0 : end
            }
            return Double(fed) / milliseconds(ContinuousClock.now - begin) / 1000
        }
        say("screens, \(name): median \(rounded(median(rates), digits: 1)) MB/s fed of \(Self.rounds); load \(Machine.load)")
    }

    /// Each differs from the one before in every row.
    private func screens(_ size: TerminalSize) {
        let paints = (0..<16).map(Self.fullScreen)
        var characters = 0
        let rates = (0..<Self.rounds).map { _ -> Double in
            let screen = TerminalScreen(size: size)
            let begin = ContinuousClock.now
            var count = 0
            while milliseconds(ContinuousClock.now - begin) < Self.seconds * 1000 {
                screen.feed(paints[count % paints.count])
                characters += screen.image.text.utf8.count
                count += 1
            }
            return Double(count) / milliseconds(ContinuousClock.now - begin) * 1000
        }
        say(
            "screens, painted anew (\(paints[0].count) bytes) and read as text each time: median \(rounded(median(rates), digits: 0)) screens/s of \(Self.rounds), \(characters > 0 ? "" : "no text, ")load \(Machine.load)"
        )
    }

    private func pictures(_ size: TerminalSize) throws {
        let screen = TerminalScreen(size: size)
        screen.feed(Self.fullScreen(0))
        let image = screen.image
        let first = ContinuousClock.now
        let bytes = try ScreenPicture.png(of: image).count
        let cold = milliseconds(ContinuousClock.now - first)
        var samples: [Double] = []
        let begin = ContinuousClock.now
        while milliseconds(ContinuousClock.now - begin) < Self.seconds * 1000 {
            let start = ContinuousClock.now
            _ = try ScreenPicture.png(of: image)
            samples.append(milliseconds(ContinuousClock.now - start))
        }
        say(
            "screens, PNG of \(size.columns)×\(size.rows), \(bytes) bytes: \(Distribution(samples).summary); the first, with the fonts, \(rounded(cold, digits: 0)) ms; load \(Machine.load)"
        )
    }

    private static let buildLog: [UInt8] = {
        var text = ""
        for number in 1...2000 {
            text +=
                "\u{1B}[32m[\(number)/2000]\u{1B}[0m Compiling Sources/Relay/Session\(number).swift with optimisation, \u{1B}[33m0 warnings\u{1B}[0m\r\n"
        }
        return Array(text.utf8)
    }()

    /// As `htop` and the like paint: each row addressed, in colours, with some characters beyond ASCII.
    private static func fullScreen(_ seed: Int) -> [UInt8] {
        var text = "\u{1B}[?1049h\u{1B}[H"
        for row in 1...40 {
            text += "\u{1B}[\(row);1H\u{1B}[48;5;\(16 + (row + seed) % 200)m\u{1B}[1;38;2;\(row * 5);200;\(seed * 9)m│ \(row + seed) "
            for column in 0..<12 { text += "\u{1B}[3\(column % 8)mvalue\(column * 7 + row + seed) " }
            text += "\u{1B}[0m\u{1B}[K"
        }
        return Array(text.utf8)
    }
}
