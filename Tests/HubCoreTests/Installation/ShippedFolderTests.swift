import Testing

@testable import HubCore

@Suite struct ShippedFolderTests {
    @Test("what ships with the hub is looked for beside the executable, then in its checkout, unless a folder is given")
    func places() {
        #expect(ShippedFolder.commands.places(given: "mine", executable: "/opt/bin/hub") == ["mine"])
        #expect(ShippedFolder.commands.places(given: nil, executable: "/opt/bin/hub") == ["/opt/share/orchestratia/commands"])
        #expect(
            ShippedFolder.agents.places(given: nil, executable: "/src/hub/.build/x86/debug/hub") == [
                "/src/hub/.build/x86/share/orchestratia/agents", "/src/hub/etc/agents",
            ])
    }
}
