import TelegramSimulator

/// The demo's Telegram: a bot, two people, and a group of all three.
struct DemoTelegram: Sendable {
    let simulator: Simulator
    let bot: World.Bot
    let ada: World.Person
    let grace: World.Person
    let group: World.Chat.ID

    /// - Parameter port: of the chat page; 0 lets the system choose.
    static func start(port: Int) async throws -> DemoTelegram {
        var configuration = Simulator.Configuration()
        configuration.port = port
        let simulator = try await Simulator.start(configuration)
        let bot = await simulator.addBot(username: "orchestratia_demo_bot", name: "Orchestratia")
        let ada = await simulator.addPerson(name: "Ada", username: "ada")
        let grace = await simulator.addPerson(name: "Grace", username: "grace")
        let group = await simulator.addGroup(title: "Web team", people: [ada, grace], bots: [bot])
        return DemoTelegram(simulator: simulator, bot: bot, ada: ada, grace: grace, group: group)
    }

    func direct(_ person: World.Person) -> World.Chat.ID { .direct(bot: bot.id, person: person.id) }
}
