import Foundation

/// Terminal output from an agent's WebSocket to those of people who watch, in messages of 4 KiB.
struct RelayBenchmark {
    private static let seconds = 4.0
    private static let rounds = 3

    func run() async throws {
        let hub = try HubProcess()
        defer { hub.stop() }
        let control = ControlConnection(hub)
        let token = try control.apiToken()
        let key = try BareAgent.register("bench", token: control.registrationToken(), over: HTTPConnection(hub.ready.url))
        let agent = try BareAgent.connect(hub.ready.url, key: key)
        _ = try agent.nextObject(ofType: "auth_ok")
        let session = try BareSession(on: hub, agent: agent, token: token)
        for count in [1, 10, 100] { try flood(hub, session, token, viewers: count) }
        for count in [1, 100] { try steady(hub, session, token, viewers: count) }
        try stalled(hub, session, token)
    }

    /// As much as the hub takes. Viewers that cannot keep up with the terminal get its screen instead, and only what reached them counts.
    private func flood(_ hub: HubProcess, _ session: BareSession, _ token: String, viewers count: Int) throws {
        var (rates, inputs, skips) = ([Double](), [Double](), 0)
        let before = hub.processorTime
        var time = 0.0
        for _ in 0..<Self.rounds {
            let viewers = try RelayViewers(count, of: session, on: hub, token: token, measuresLatency: false)
            let (begin, start) = (ContinuousClock.now, session.sent)
            while milliseconds(ContinuousClock.now - begin) < Self.seconds * 1000 { try session.sendFrame() }
            let result = try viewers.finish()
            let elapsed = milliseconds(ContinuousClock.now - begin) / 1000
            rates.append(Double(result.delivered) / elapsed / 1e6)
            inputs.append(Double(session.sent - start) / elapsed / 1e6)
            skips += result.skips
            time += elapsed
        }
        say(
            "relay, \(count) viewers: median \(rounded(median(rates), digits: 1)) MB/s of terminal output to viewers in \(Self.rounds) rounds (\(rates.map { rounded($0, digits: 1) }.joined(separator: ", "))), \(rounded(median(inputs), digits: 1)) MB/s from the agent, \(skips) skips; hub uses \(rounded((hub.processorTime - before) / time)) cores, \(rounded(hub.residentMemory, digits: 1)) MiB; load \(Machine.load)"
        )
    }

    private func steady(_ hub: HubProcess, _ session: BareSession, _ token: String, viewers count: Int) throws {
        for _ in 0..<Self.rounds {
            let viewers = try RelayViewers(count, of: session, on: hub, token: token, measuresLatency: true)
            try send(session, perSecond: 100, seconds: Self.seconds)
            let result = try viewers.finish()
            say(
                "relay at 100 messages/s, \(count) viewers: \(Distribution(result.latencies).summary), \(result.skips) skips; load \(Machine.load)"
            )
        }
    }

    private func send(_ session: BareSession, perSecond rate: Double, seconds: Double) throws {
        let begin = ContinuousClock.now
        for number in 0..<Int(rate * seconds) {
            let wait = milliseconds(begin + .microseconds(Int(Double(number) / rate * 1e6)) - ContinuousClock.now)
            if wait > 0 { usleep(UInt32(wait * 1000)) }
            try session.sendFrame()
        }
    }

    /// One viewer reads nothing at all, beside one that does.
    private func stalled(_ hub: HubProcess, _ session: BareSession, _ token: String) throws {
        let stalled = try RelayViewers.watcher(of: session, on: hub, token: token, from: session.sent)
        let before = hub.residentMemory
        let start = session.sent
        let viewers = try RelayViewers(1, of: session, on: hub, token: token, measuresLatency: false)
        let begin = ContinuousClock.now
        while milliseconds(ContinuousClock.now - begin) < Self.seconds * 2000 { try session.sendFrame() }
        let most = hub.residentMemory
        let result = try viewers.finish()
        say(
            "relay beside a viewer that reads nothing: \(rounded(Double(session.sent - start) / 1e6, digits: 0)) MB sent, the other viewer had \(result.skips) skips; hub memory \(rounded(before, digits: 1)) → \(rounded(most, digits: 1)) MiB; load \(Machine.load)"
        )
        withExtendedLifetime(stalled) {}
    }
}
