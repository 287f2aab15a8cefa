import HubServer
import HubService
import TelegramGateway

/// How the running hub is, for `GET /api/v1/health`.
struct HubHealthSource: HealthSource {
    let gateway: TelegramGateway
    private let notices = Standstill()

    /// For so long the chats may wait for news that are there.
    private static let patience: Duration = .seconds(60)

    init(_ gateway: TelegramGateway) {
        self.gateway = gateway
    }

    func health() async -> HubHealth {
        var health = HubHealth()
        do {
            let (told, last) = try await gateway.noticesTold()
            if let wait = notices.look(at: told, of: last, now: .now), wait >= Self.patience {
                health.noticesFault = "\(last - told) events have waited for \(wait.components.seconds) s: the log says why"
            }
        } catch {
            health.databaseFault = HubError(error).description
        }
        let bots = gateway.bots
        health.bots = bots.map { bot in
            HubHealth.Bot(
                id: String(bot.id), username: bot.username, secondsSincePoll: bot.secondsSincePoll.map { Int($0) },
                fault: bot.state == .polling ? nil : bot.line)
        }
        health.queues = ["inbox": bots.reduce(0) { $0 + $1.inbox }, "outbox": bots.reduce(0) { $0 + $1.outbox }]
        return health
    }
}
