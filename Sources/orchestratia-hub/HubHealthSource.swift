import HubServer
import HubService
import HubStore
import TelegramGateway

/// How the running hub is, for `GET /api/v1/health`.
struct HubHealthSource: HealthSource {
    let hub: Hub
    let gateway: TelegramGateway

    func health() async -> HubHealth {
        var health = HubHealth()
        do {
            _ = try await hub.database.read { try EventTable($0).lastSequence() }
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
