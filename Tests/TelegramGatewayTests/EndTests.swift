import HubService
import LiveSessions
import SQLiteDatabase
import TelegramGateway
import Testing

/// What is left when a gateway has ended: nothing.
@Suite(.timeLimit(.minutes(3))) struct EndTests {
    /// What must go, without holding it.
    private struct Remains {
        weak var gateway: TelegramGateway?
        weak var hub: Hub?
        weak var live: LiveSessions?
        weak var database: SQLiteDatabase?

        var names: [String] {
            [gateway.map { _ in "gateway" }, hub.map { _ in "hub" }, live.map { _ in "live" }, database.map { _ in "database" }]
                .compactMap(\.self)
        }
    }

    private func remains() async throws -> Remains {
        var remains = Remains()
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/status", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot }
            remains = Remains(gateway: station.gateway, hub: station.hub, live: station.live, database: station.database)
        }
        return remains
    }

    @Test("a gateway that has ended holds no hub and no database open")
    func letsGo() async throws {
        let remains = try await remains()
        let limit = ContinuousClock.now + .seconds(60)
        // What ends by itself may take a moment.
        while !remains.names.isEmpty, ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(20)) }  // between two looks
        #expect(remains.names.isEmpty)
    }
}
