import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("Under load", .timeLimit(.minutes(3))) struct LoadTests {
    @Test("every message of many chats is answered once and in order")
    func manyChats() async throws {
        try await Station.with { station in
            var people: [World.Person] = []
            for number in 0..<50 { people.append(await station.simulator.addPerson(name: "Person \(number)")) }
            let project = try await station.project()
            let known = people
            try await station.database.write { connection in
                let table = PersonTable(connection)
                for account in known {
                    let person = Person(id: .random(), name: account.name, isAdministrator: false, createdAt: station.hub.clock.now())
                    try table.insert(person)
                    try table.addIdentity("telegram", String(account.id), to: person.id, at: person.createdAt)
                    try table.setRole(.member, of: person.id, in: project.id, at: person.createdAt)
                }
            }
            for number in 1...10 {
                for person in people { try await station.simulator.send("message \(number)", from: person, to: station.bot) }
            }
            for person in people { try await station.expect("you said message 10", in: station.chat(person), timeout: .seconds(60)) }
            for person in people {
                #expect(await station.texts(station.chat(person)) == (1...10).map { "you said message \($0)" })
            }
        }
    }
}
