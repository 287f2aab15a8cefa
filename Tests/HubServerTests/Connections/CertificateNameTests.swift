import Testing

@testable import TLSSupport

@Suite struct CertificateNameTests {
    @Test(
        "a name stands for itself, and a wildcard for one label",
        arguments: [
            ("hub.test", "hub.test", true), ("HUB.test", "hub.TEST.", true), ("a.hub.test", "*.hub.test", true),
            ("hub.test", "*.hub.test", false), ("a.b.hub.test", "*.hub.test", false), ("hub.test", "*.test", false),
            ("hub.test", "h*.test", false), ("hub.test", "*", false), ("hub.test", "", false), (".hub.test", "*.hub.test", false),
            ("hub.test", "hub.test\0.evil.test", false),
        ])
    func names(_ host: String, pattern: String, isMatch: Bool) {
        #expect(CertificateName(host).matches(pattern) == isMatch)
    }

    @Test("an address is no name that a server is asked for", arguments: [("hub.test.", "hub.test"), ("127.0.0.1", nil), ("::1", nil)])
    func serverName(_ host: String, name: String?) {
        #expect(CertificateName(host).serverName == name)
    }
}
