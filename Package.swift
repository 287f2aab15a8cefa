// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same rules: warnings are errors.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "orchestratia",
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", exact: "1.0.2", traits: []),
        // Pins only: what the packages above bring along, kept equal on every machine.
        .package(url: "https://github.com/apple/swift-algorithms.git", exact: "1.2.1"),
        .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-async-algorithms.git", exact: "1.1.4"),
        .package(url: "https://github.com/apple/swift-atomics.git", exact: "1.3.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections.git", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", exact: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-structured-headers.git", exact: "1.7.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", exact: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-transport-services.git", exact: "1.28.0"),
        .package(url: "https://github.com/apple/swift-numerics.git", exact: "1.1.1"),
        .package(url: "https://github.com/apple/swift-service-context.git", exact: "1.5.1"),
        .package(url: "https://github.com/apple/swift-system.git", exact: "1.8.1"),
        .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
    ],
    targets: [
        // C libraries, as Debian ships them.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CVTerm", pkgConfig: "vterm", providers: [.apt(["libvterm-dev"])]),
        .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
        // Our own C: what Swift's Glibc module does not show.
        .target(name: "CPty"),
        // Lowest first; an arrow never points back (docs/architecture.md).
        library("HubCore"),
        library("Cryptography", ["COpenSSL"]),
        library("WireProtocol", ["HubCore", "Cryptography", yams]),
        library("HubStore", ["HubCore"]),
        library("SQLiteDatabase", ["HubStore", "HubCore", grdb, sqlite]),
        library("HubService", ["HubCore", "HubStore", "Cryptography", logging]),
        library("HTTPClient", ["HubCore", "CCurl"]),
        library("Terminal", ["HubCore", "CVTerm"]),
        library("Pictures", ["Terminal", "HubCore", "CPango", subprocess]),
        library("WebSocket", ["HubCore", nioCore, nioPosix, nioHTTP1, nioWebSocket]),
        library("LiveSessions", ["HubService", "HubStore", "HubCore", "Terminal", yams, logging]),
        library("TelegramBot", ["HTTPClient", "HubCore"]),
        library("ChatOps", ["HubCore", "HubService", "HubStore", "WireProtocol", "Cryptography", yams]),
        library(
            "TelegramGateway",
            [
                "ChatOps", "TelegramBot", "HTTPClient", "HubService", "HubStore", "HubCore", "LiveSessions", "Terminal", "Pictures",
                "Cryptography", logging, lifecycle,
            ]),
        library(
            "HubServer",
            [
                "HubService", "HubCore", "HubStore", "WireProtocol", "WebSocket", "LiveSessions", "Terminal", "Cryptography",
                hummingbirdCore, httpTypes, nioCore, nioPosix, nioHTTP1, nioWebSocket, nioHTTPTypes, nioHTTPTypesHTTP1, logging, lifecycle,
            ], resources: ["install.sh", "orchestratia-agent.service"].map { .embedInCode("Install/\($0)") }),
        library(
            "TelegramSimulator", [hummingbird, hummingbirdCore, httpTypes, nioCore, nioPosix, logging],
            resources: ["index.html", "chat.css", "chat.js"].map { .embedInCode("Page/\($0)") }),
        library(
            "TLSSupport",
            [
                hummingbirdCore, nioCore, .product(name: "HummingbirdTLS", package: "hummingbird"), nioSSL,
            ]),
        library(
            "AgentDaemon",
            [
                "WireProtocol", "WebSocket", "HTTPClient", "HubCore", "Cryptography", "TLSSupport", "CPty", subprocess, yams, nioCore,
                nioPosix, logging, unixSignals,
            ]),
        library("AgentCLI", ["WireProtocol", "HTTPClient", "HubCore", "Cryptography", yams, arguments, subprocess]),
        library("HubTesting", ["HubCore", "HubStore", "HubService", "SQLiteDatabase", "Cryptography", nioCore, nioPosix]),
        .executableTarget(
            name: "orchestratia-hub",
            dependencies: [
                "HubCore", "HubStore", "HubService", "WireProtocol", "Cryptography", "SQLiteDatabase", "HTTPClient", "TelegramBot",
                "ChatOps",
                "TelegramGateway", "HubServer", "LiveSessions", "Pictures", "TLSSupport", "TelegramSimulator", subprocess, arguments, yams,
                logging, lifecycle, nioCore, nioPosix, hummingbirdCore,
            ], resources: [.embedInCode("Demo/agent.sh")], swiftSettings: strict),
        .executableTarget(
            name: "orchestratia-agent", dependencies: ["AgentDaemon", "HubCore", arguments, logging], swiftSettings: strict),
        .executableTarget(name: "orchestratia", dependencies: ["AgentCLI", "HubCore", arguments], swiftSettings: strict),
        .executableTarget(
            name: "orchestratia-bench",
            dependencies: ["HubService", "HubStore", "HubCore", "SQLiteDatabase", "Terminal", "Pictures", nioCore, nioPosix, nioSSL],
            path: "Benchmarks",
            swiftSettings: strict),
        tests("HubCoreTests", ["HubCore"]),
        tests("CryptographyTests", ["Cryptography"]),
        tests("HubStoreTests", ["HubStore", "SQLiteDatabase", "HubTesting"]),
        tests("HubServiceTests", ["HubService", "HubCore", "HubStore", "SQLiteDatabase", "HubTesting", "Cryptography"]),
        tests("WireProtocolTests", ["WireProtocol", "HubCore"]),
        tests(
            "HubServerTests",
            [
                "HubServer", "HubService", "HubCore", "HubStore", "SQLiteDatabase", "Cryptography", "LiveSessions", "WebSocket",
                "HubTesting", "WireProtocol", "Terminal", "TLSSupport", nioCore, nioPosix, logging, lifecycle,
            ]),
        tests("ChatOpsTests", ["ChatOps", "HubService", "HubCore", "HubStore", "SQLiteDatabase", "HubTesting", "Cryptography"]),
        tests("TelegramBotTests", ["TelegramBot", "HTTPClient", "HubCore"]),
        tests("TerminalTests", ["Terminal", "HubCore"]),
        tests("PicturesTests", ["Pictures", "Terminal", "HubCore"]),
        tests("WebSocketTests", ["WebSocket", "HubCore", "HubTesting", nioCore, nioPosix, nioHTTP1, nioWebSocket, nioEmbedded]),
        tests("LiveSessionsTests", ["LiveSessions", "HubService", "HubStore", "HubCore", "Terminal", "HubTesting"]),
        tests(
            "AgentDaemonTests",
            [
                "AgentDaemon", "WireProtocol", "WebSocket", "HTTPClient", "HubCore", "Cryptography", nioCore, nioPosix, nioHTTP1,
                nioWebSocket, logging,
            ]),
        tests("AgentCLITests", ["AgentCLI", "WireProtocol", "HTTPClient", "HubCore", "HubTesting", nioCore, nioPosix]),
        tests(
            "HubTests",
            [
                "orchestratia-hub", "orchestratia-agent", "orchestratia", "HubCore", "TelegramBot", "HTTPClient", "TelegramSimulator",
                "HubTesting", "HubStore", "SQLiteDatabase", "WebSocket", "WireProtocol", nioCore, nioPosix,
            ]),
        tests("TelegramSimulatorTests", ["TelegramSimulator", "HubTesting"]),
        tests(
            "TelegramGatewayTests",
            [
                "TelegramGateway", "TelegramSimulator", "TelegramBot", "HTTPClient", "ChatOps", "HubService", "HubStore", "HubCore",
                "Cryptography", "SQLiteDatabase", "LiveSessions", "Terminal", logging,
            ]),
    ],
    swiftLanguageModes: [.v6]
)
