import Foundation
import HubTesting
import LiveSessions
import Testing

@Suite struct LaunchProfileTests {
    @Test("the profiles that we ship are complete")
    func shipped() throws {
        let profiles = try LaunchProfiles.load(from: Checkout.agents)
        #expect(profiles.names == ["aider", "claude", "codex", "gemini", "shell"])
        for name in profiles.names where name != "shell" {
            let profile = try #require(profiles[name])
            #expect(profile.isAgent)
            #expect(!profile.ready.isEmpty && !profile.busy.isEmpty && !profile.permission.isEmpty && !profile.usageLimit.isEmpty)
        }
        #expect(profiles["shell"]?.isAgent == false)
        #expect(profiles["unheard-of"]?.command == ["unheard-of"], "and no shell, which would carry out a task's words")
    }

    @Test("the prompt goes where the profile says, and no shell reads it")
    func commands() throws {
        let profiles = try LaunchProfiles.load(from: Checkout.agents)
        let claude = try #require(profiles["claude"])
        #expect(claude.arguments(prompt: "fix $(it)") == ["claude", "fix $(it)"])
        #expect(claude.commandLine(prompt: "it's $(rm)\nnow") == #"claude 'it'\''s $(rm)"# + "\nnow'")
        #expect(claude.commandLine() == "claude")
        #expect(profiles["gemini"]?.commandLine(prompt: "go") == "gemini --prompt-interactive go")
        #expect(profiles["aider"]?.commandLine(prompt: "go") == "aider")
        let file = try LaunchProfile(
            parsing: "name: x\nsummary: s\ncommand: [x]\nprompt: {given: file, arguments: [-f, '{file}']}", file: "x.yaml")
        #expect(file.commandLine(prompt: "ignored", file: "a b.txt") == "x -f 'a b.txt'")
    }

    private static let faults: [(String, Int?)] = [
        ("name: x\nsummary: [", nil), ("- a", 1), ("summary: s", 1), ("name: X Y\nsummary: s", 1), ("name: other\nsummary: s", 1),
        ("name: x\nsummary: s\nunknown: 1", 3), ("name: x\nsummary: s\nready:\n  - 'ok'\n  - '('", 5),
        ("name: x\nsummary: s\nbusy: text", 3),
        ("name: x\nsummary: s\nprompt: {given: shouted}", 3), ("name: x\nsummary: s\nprompt: {given: argument, arguments: [a]}", 3),
        ("name: x\nsummary: s\ncommand: x", 3), ("name: x\nsummary: s\nkeys: {maybe: [y]}", 3), ("name: x\nname: x\nsummary: s", nil),
    ]

    @Test("a fault names its file and line", arguments: faults)
    func faulty(text: String, line: Int?) {
        let fault = #expect(throws: ProfileError.self) { try LaunchProfile(parsing: text, file: "agents/x.yaml") }
        #expect(fault?.file == "agents/x.yaml")
        if let line { #expect(fault?.line == line) }
        #expect(fault?.description.hasPrefix("agents/x.yaml") == true)
    }

    @Test("a folder that is not there is named")
    func missing() {
        let fault = #expect(throws: ProfileError.self) { try LaunchProfiles.find(given: "/nowhere/at/all", executable: "/bin/hub") }
        #expect(fault?.file == "/nowhere/at/all")
    }
}
