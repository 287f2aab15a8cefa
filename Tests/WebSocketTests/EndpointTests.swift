import Testing

@testable import WebSocket

@Suite struct EndpointTests {
    @Test(
        "a hub's address becomes a WebSocket's",
        arguments: [
            ("http://hub", "hub", 80, false, "/ws/server", "hub"),
            ("https://hub.example.org/", "hub.example.org", 443, true, "/ws/server", "hub.example.org"),
            ("HTTPS://hub:8443/a/b//", "hub", 8443, true, "/a/b/ws/server", "hub:8443"),
            ("http://[::1]:8080", "::1", 8080, false, "/ws/server", "[::1]:8080"),
            ("wss://hub:443", "hub", 443, true, "/ws/server", "hub"),
        ])
    func parsed(_ hub: String, host: String, port: Int, isSecure: Bool, path: String, authority: String) throws {
        let endpoint = try #require(WebSocketEndpoint(hub: hub, path: "/ws/server"))
        #expect(endpoint.host == host && endpoint.port == port && endpoint.isSecure == isSecure && endpoint.path == path)
        #expect(endpoint.authority == authority)
    }

    @Test(
        "what is no address of a hub is refused",
        arguments: [
            "", "hub", "ftp://hub", "http://", "http:///x", "http://hub:0", "http://hub:99999", "http://hub:x", "http://u:p@hub",
            "http://hub/?a=b", "http://hub/#x", "http://hub/a b", "http://hub\r\nX: y", "http://[::1", "http://hub:",
        ])
    func refused(_ hub: String) {
        #expect(WebSocketEndpoint(hub: hub, path: "/ws/server") == nil)
    }
}

@Suite struct ProxyChoiceTests {
    private func chosen(_ hub: String, _ environment: [String: String]) throws -> WebSocketProxy? {
        try WebSocketProxy.chosen(for: #require(WebSocketEndpoint(hub: hub, path: "/ws")), environment: environment)
    }

    @Test("each scheme has its proxy, and lower case goes first")
    func schemes() throws {
        let environment = ["http_proxy": "http://a:1", "HTTP_PROXY": "http://b:2", "HTTPS_PROXY": "c:3"]
        #expect(try chosen("http://hub", environment)?.host == "a")
        #expect(try chosen("https://hub", environment)?.port == 3)
        #expect(try chosen("https://hub", ["http_proxy": "http://a:1"]) == nil)
        #expect(try chosen("https://hub", ["ALL_PROXY": "http://a:1"])?.host == "a")
        #expect(try chosen("https://hub", ["https_proxy": ""]) == nil)
    }

    @Test("name and password become Basic authorization")
    func password() throws {
        let proxy = try #require(try chosen("https://hub", ["https_proxy": "http://me:p%40ss@proxy:3128/"]))
        #expect(proxy.host == "proxy" && proxy.port == 3128 && proxy.authorization == "Basic bWU6cEBzcw==")
    }

    @Test("a proxy that cannot be used is an error that shows no password")
    func unusable() {
        for address in ["socks5://secret@x:1", "https://secret@x", "http://", "http://secret@:1"] {
            #expect(throws: WebSocketProxy.Unusable(variable: "https_proxy")) { try chosen("https://hub", ["https_proxy": address]) }
        }
        #expect(!"\(WebSocketProxy.Unusable(variable: "https_proxy"))".contains("secret"))
    }

    @Test(
        "exceptions hold for hosts, domains, ports and networks",
        arguments: [
            ("hub.example.org", true), (".example.org", true), ("*.example.org", true), ("example.org", true), ("EXAMPLE.org", true),
            ("ample.org", false), ("other, hub.example.org:443", true), ("hub.example.org:80", false), ("*", true), ("", false),
            ("127.0.0.1", false),
        ])
    func exceptions(_ list: String, isExcepted: Bool) throws {
        #expect(try (chosen("https://hub.example.org", ["https_proxy": "http://p", "no_proxy": list]) == nil) == isExcepted)
    }

    @Test(
        "addresses are excepted one by one and by network", arguments: [("10.0.0.0/8", true), ("10.1.2.3", true), ("10.2.0.0/16", false)])
    func networks(_ list: String, isExcepted: Bool) throws {
        #expect(try (chosen("http://10.1.2.3:80", ["http_proxy": "http://p", "no_proxy": list]) == nil) == isExcepted)
    }
}
