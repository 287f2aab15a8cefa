import HubCore
import HubService
import Testing

@testable import ChatOps

/// Buttons about servers, pressed in a chat that works in another project by then.
@Suite struct ServerButtonTests {
    @Test("the list, the detail and the fixes of /why are about their server wherever they are pressed")
    func elsewhere() async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-2")
        let show = try #require(try await bench.say("/servers", as: bench.administrator).button("mac-2"))
        let detail = try await bench.press(show, as: bench.administrator, in: bench.secret)
        #expect(detail.words.hasPrefix("🟢 mac-2 0 of 4 slots taken · project web\nNo task.\n"))
        #expect(detail.words.contains("\nIn a private chat, after /project web, change with /servers mac-2 slots 4"))
        let drain = try #require(detail.button("Drain"))
        let asked = try await bench.press(drain, as: bench.administrator, in: bench.secret)
        let yes = try #require(asked.button("Yes, drain it"))
        let drained = try await bench.press(yes, as: bench.administrator, in: bench.secret)
        #expect(drained.edit?.text.plain == "mac-2 takes no new work.")

        _ = try await bench.say("/new Fix it", as: bench.ada)
        let why = try await bench.say("/why web#1", as: bench.administrator, in: bench.secret)
        let undrain = try #require(why.button("Let mac-2 take work"))
        #expect(try await bench.press(undrain, as: bench.administrator, in: bench.secret).words == "mac-2 takes work again.")
        let busy = try await bench.press(show, as: bench.administrator, in: bench.secret)
        #expect(busy.words.contains("\n• web#1 Fix it (assigned)\n"))
    }

    @Test("a server of a project that one is not part of looks like one that never was")
    func strangers() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let before = try await bench.events()
        for id in [server.id, .random()] {
            for order in ["", " drain", " revoke yes", " slots 1", " lang swift"] {
                let refused = try await bench.press(
                    .command("/servers \(id.text)\(order)", inPlace: false), as: bench.nora, in: bench.secret)
                let sentence = "There is no server “\(id.text)” in secret: none is registered yet.\nUsage: "
                #expect(refused.words.hasPrefix(sentence) && refused.buttons.isEmpty, "\(refused.words)")
            }
        }
        #expect(try await bench.events() == before)
    }

    @Test("the token of /why is for the task's project")
    func token() async throws {
        let bench = try await ChatBench()
        _ = try await bench.say("/new Fix it", as: bench.ada)
        let why = try await bench.say("/why web#1", as: bench.administrator, in: bench.secret)
        let register = try #require(why.button("Register a server"))
        let token = try await bench.press(register, as: bench.administrator, isPrivate: true, in: bench.secret)
        #expect(token.words.hasPrefix("A token for one server of web. It works once"))
        let own = try await bench.say("/token", as: bench.administrator, in: bench.secret)
        #expect(own.words.hasPrefix("A token for one server of secret. "))
    }
}
