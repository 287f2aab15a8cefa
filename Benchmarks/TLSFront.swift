import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// HTTPS on a port of its own, handed on in plain to another port of this machine. Its certificate, RSA 2048 under a root of its own, is
/// made when it begins.
final class TLSFront {
    private let folder: String
    private let listener: any Channel
    let port: Int

    init(to target: UInt16) throws {
        folder = NSTemporaryDirectory() + "/orchestratia-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        let (root, leaf) = (folder + "/root", folder + "/leaf")
        try Self.openssl(request + ["-subj", "/CN=bench root", "-keyout", root + ".key", "-out", root + ".pem"])
        try Self.openssl(
            request + ["-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1", "-CA", root + ".pem", "-CAkey", root + ".key"]
                + ["-keyout", leaf + ".key", "-out", leaf + ".pem"])
        let system = try? String(contentsOfFile: "/etc/ssl/certs/ca-certificates.crt", encoding: .utf8)
        try ((system ?? "") + String(contentsOfFile: root + ".pem", encoding: .utf8))
            .write(toFile: folder + "/trusted.pem", atomically: true, encoding: .utf8)
        let chain = try [leaf, root].flatMap { try NIOSSLCertificate.fromPEMFile($0 + ".pem") }
        let tls = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(.init(file: leaf + ".key", format: .pem))))
        listener = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: Int(target)).flatMap { server in
                    server.pipeline.addHandler(Passing(to: client)).flatMapThrowing {
                        try client.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: tls), Passing(to: server))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        port = listener.localAddress?.port ?? 0
    }

    var url: String { "https://127.0.0.1:\(port)" }
    /// A PEM file: what this system trusts, and the root of this certificate.
    var trusted: String { folder + "/trusted.pem" }

    func stop() {
        listener.close(promise: nil)
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func openssl(_ arguments: [String]) throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        child.arguments = arguments
        child.standardError = FileHandle.nullDevice
        try child.run()
        child.waitUntilExit()
        guard child.terminationStatus == 0 else { throw HubProcess.Failed(description: "openssl made no certificate") }
    }
}

/// Hands on what comes to another channel of the same event loop.
private final class Passing: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let peer: any Channel

    init(to peer: any Channel) {
        self.peer = peer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { peer.writeAndFlush(unwrapInboundIn(data), promise: nil) }
    func channelInactive(context: ChannelHandlerContext) { peer.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
