import Foundation

/// From a key that a person presses to the change on their screen: `/ws/dashboard` → hub → daemon → the kernel's terminal, which echoes,
/// and all the way back. With the real daemon and a real PTY, whose shell waits at its prompt.
struct EchoBenchmark {
    private static let keys = 1000
    /// Then the line is emptied, so that it never wraps.
    private static let line = 50
    private static let text = Array("the quick brown fox jumps over the lazy dog ".utf8)

    func run() async throws {
        let hub = try HubProcess()
        defer { hub.stop() }
        let token = try ControlConnection(hub).apiToken()
        let daemon = try DaemonProcess("bench", on: hub)
        defer { daemon.stop() }
        let id = try openSession(on: hub, token)
        let viewer = try WebSocketPeer(hub.ready.url, "/ws/dashboard", bearer: token)
        try viewer.send(#"{"type":"watch_session","session_id":"\#(id)"}"#)
        _ = try viewer.nextObject(ofType: "session_watched")
        try settle(viewer)
        let before = (hub.processorTime, daemon.processorTime)
        let begin = ContinuousClock.now
        var samples: [Double] = []
        for number in 0..<Self.keys {
            let start = ContinuousClock.now
            try press(Self.text[number % Self.text.count], id, viewer)
            try awaitOutput(viewer)
            samples.append(milliseconds(ContinuousClock.now - start))
            if number % Self.line == Self.line - 1 {
                // Ctrl-U.
                try press(0x15, id, viewer)
                try settle(viewer)
            }
            usleep(.random(in: 2000...12_000))
        }
        let time = milliseconds(ContinuousClock.now - begin) / 1000
        say(
            "echo, a key over /ws/dashboard through the daemon's PTY and back: \(Distribution(samples).summary); hub uses \(rounded((hub.processorTime - before.0) / time)) cores, daemon \(rounded((daemon.processorTime - before.1) / time)); load \(Machine.load)"
        )
    }

    /// - Returns: the session's id, once its shell runs.
    private func openSession(on hub: HubProcess, _ token: String) throws -> String {
        let http = try HTTPConnection(hub.ready.url)
        let answer = try http.request("POST", "sessions", #"{"server":"bench"}"#, "Authorization: Bearer \(token)")
        guard answer.status == 201, let session = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any],
            let id = session["id"] as? String
        else { throw HubProcess.Failed(description: "POST sessions answered \(answer.status): \(answer.body)") }
        try hub.awaitActive(id, token)
        return id
    }

    private func press(_ byte: UInt8, _ session: String, _ viewer: WebSocketPeer) throws {
        try viewer.send(#"{"type":"session_input","session_id":"\#(session)","data":"\#(Data([byte]).base64EncodedString())"}"#)
    }

    private func awaitOutput(_ viewer: WebSocketPeer) throws {
        var hasCome = false
        while !hasCome {
            guard viewer.waits(milliseconds: 10_000) else { throw HubProcess.Failed(description: "a key was not echoed") }
            try viewer.receive { if $0.starts(with: #"{"type":"session_output""#.utf8) { hasCome = true } }
        }
    }

    /// Reads until nothing has come for a while.
    private func settle(_ viewer: WebSocketPeer) throws {
        while viewer.waits(milliseconds: 300) { try viewer.receive { _ in } }
    }
}
