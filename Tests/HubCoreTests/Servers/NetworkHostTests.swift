import HubCore
import Testing

@Suite struct NetworkHostTests {
    @Test(
        "knows the addresses by which no other machine finds this one",
        arguments: [
            ("http://127.0.0.1:8080", true), ("https://127.8.0.1/", true), ("http://localhost", true), ("http://LOCALHOST:1/x", true),
            ("http://hub.localhost:8080", true), ("http://[::1]:8080/", true), ("https://0.0.0.0:443", true), ("http://[::]:8080", true),
            ("http://ana:secret@127.0.0.1/", true), ("https://hub.example.org", false), ("https://127.example.org", false),
            ("http://10.0.0.1:8080", false), ("http://[fe80::1]:8080", false), ("https://127.0.0.1@hub.example.org/127.0.0.1", false),
            ("https://localhost.example.org:8443?to=127.0.0.1", false), ("", false), ("http://", false), ("http://[", false),
        ])
    func thisMachineOnly(_ url: String, _ isLocal: Bool) {
        #expect(NetworkHost(ofURL: url).isOfThisMachineOnly == isLocal)
    }

    @Test("tells an address that stands for all from one that is this machine's")
    func unspecified() {
        #expect(NetworkHost("0.0.0.0").isUnspecified && NetworkHost("::").isUnspecified && NetworkHost("0:0:0:0:0:0:0:0").isUnspecified)
        #expect(!NetworkHost("0.0.0.0").isLoopback && NetworkHost("::1").isLoopback && !NetworkHost("::1").isUnspecified)
        #expect(!NetworkHost("127.example.org").isLoopback && !NetworkHost("hub").isUnspecified)
    }
}
