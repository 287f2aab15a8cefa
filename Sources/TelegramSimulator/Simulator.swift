import Foundation
import Logging

/// A Telegram of one's own, for demonstrations and tests: a Bot API server with a page on which people chat.
///
/// The same process steers it through this type: it makes bots and people, speaks for the people, watches the chats, and breaks things
/// on demand. It listens on 127.0.0.1 only. Nothing is stored.
package actor Simulator {
    package struct Configuration: Sendable {
        /// 0 lets the kernel choose.
        package var port = 0
        package var now: @Sendable () -> Date = { Date() }
        /// `nil` for none.
        package var limits: Limits?
        /// Seconds until a press can no longer be answered. Telegram does not say how long it waits.
        package var callbackLifetime: TimeInterval = 120
        /// A poll that repeats its offset within 0.5 s gets one update at most, within 3 s it waits 3 s at least (as Telegram does).
        package var slowsRepeatedPolls = false
        package var logger = Logger(label: "telegram-simulator") { _ in SwiftLogNoOpLogHandler() }

        package init() {}
    }

    /// One call as it came in. Bot tokens are nowhere in it.
    package struct Call: Sendable {
        package let number: Int
        package let bot: World.Bot.ID
        /// In its documented spelling.
        package let method: String
        package let parameters: [String: JSON]
        package let date: Date
        package let fault: Fault.Kind?
        /// The HTTP status; `nil` while the call is under way, and where no answer was sent.
        package internal(set) var status: Int?
    }

    /// How long is waited for what should come: more than anything takes on a machine that has much else to do.
    package static let patience: Duration = .seconds(60)

    /// What was waited for did not come.
    package struct TimedOut: Error, CustomStringConvertible {
        package let description: String
    }

    let configuration: Configuration
    var world = World()
    var faults = FaultQueue()
    var pacing: Pacing
    package internal(set) var calls: [Call] = []
    var polls: [World.Bot.ID: Poll] = [:]
    var pollMemory: [World.Bot.ID: PollMemory] = [:]
    var watchers: [Int: Watcher] = [:]
    var hanging: [Int: CheckedContinuation<Void, Never>] = [:]
    var feed = PageFeed()
    var lastTicket = 0
    var isStopped = false
    private var server: SimulatorServer?
    private let port = LockedValue(0)

    private init(_ configuration: Configuration) {
        self.configuration = configuration
        pacing = Pacing(limits: configuration.limits)
        world.callbackLifetime = configuration.callbackLifetime
    }

    /// Listens, and returns once it does. End it with ``shutdown()``.
    package static func start(_ configuration: Configuration = .init()) async throws -> Simulator {
        let simulator = Simulator(configuration)
        let server = try await SimulatorServer.start(for: simulator, port: configuration.port, logger: configuration.logger)
        simulator.port.set(server.port)
        await simulator.keep(server)
        return simulator
    }

    private func keep(_ server: SimulatorServer) { self.server = server }

    /// Base of the Bot API and of the chat page: `http://127.0.0.1:<port>`. Files are under `/file`.
    package nonisolated var url: String { "http://127.0.0.1:\(port.get())" }

    /// Ends polls, hung calls and page feeds, and stops listening.
    package func shutdown() async {
        guard !isStopped else { return }
        isStopped = true
        for bot in polls.keys { endPoll(of: bot, with: .stopped) }
        for ticket in hanging.keys { release(ticket) }
        for (ticket, watcher) in watchers {
            watchers[ticket] = nil
            watcher.end()
        }
        feed.finish()
        await server?.stop()
    }

    /// Changes the world at the present time, then tells everyone who watches.
    func change<Result, Failure: Error>(_ body: (inout World) throws(Failure) -> Result) throws(Failure) -> Result {
        world.now = configuration.now()
        defer { publish() }
        return try body(&world)
    }

    func nextTicket() -> Int {
        lastTicket += 1
        return lastTicket
    }

    private func publish() {
        let changes = world.takeChanges()
        guard !changes.isEmpty else { return }
        for case .updates(let bot) in changes where world.wakesPoll(of: bot) { endPoll(of: bot, with: .updates) }
        feed.publish(changes, of: world)
        for (ticket, watcher) in watchers where watcher.sees(world) { watchers[ticket] = nil }
    }
}
