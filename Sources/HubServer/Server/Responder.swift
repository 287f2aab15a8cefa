import HTTPTypes
import HubCore
import HubService
import HummingbirdCore
import Logging
import NIOCore

/// Turns a request into an answer: route, body, key, handler, and whatever goes wrong in one shape.
struct Responder: Sendable {
    let routes: RouteTable
    let wrongKeys = WrongKeys()
    let registrationTries = TryLimiter()
    let waits = WaitingRequests()
    let relay: TransferRelay
    let programs: Programs
    let dates = DateText()
    let hub: Hub
    let configuration: HubServer.Configuration
    let log: Logger

    init(hub: Hub, configuration: HubServer.Configuration, log: Logger) {
        (self.hub, self.configuration, self.log) = (hub, configuration, log)
        relay = configuration.relay ?? TransferRelay(hub, configuration.agents, log: log)
        programs = Programs(folder: configuration.programs)
        routes = RouteTable(Routes.all + configuration.webSockets.map(\.plainRoute))
    }

    func respond(to request: Request, _ writer: consuming ResponseWriter, _ channel: any NIOCore.Channel) async throws {
        let began = ContinuousClock.now
        let reply = try await reply(to: request, channel)
        let isHead = request.method == .head
        log.debug(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)", "status": "\(reply.status)",
                "milliseconds": "\((ContinuousClock.now - began).milliseconds)",
            ])
        try await writer.write(
            response: reply.head(at: dates.text(at: hub.clock.now())),
            body: isHead ? .init() : reply.body)
    }

    /// - Throws: only what ends the connection.
    private func reply(to request: Request, _ channel: any NIOCore.Channel) async throws -> Reply {
        do throws(Problem) {
            let (route, parameters) = try route(request)
            let address = channel.remoteAddress?.ipAddress ?? ""
            let caller = try await authenticate(request.headers, route.access, from: address)
            let body = try await body(of: request, route)
            let call = Call(
                server: self, method: request.method, target: request.head.path ?? "", query: QueryItems(request.uri.query),
                parameters: parameters, headers: request.headers, body: body, address: address, caller: caller)
            do {
                return try await route.handler(call)
            } catch {
                throw Problem(error)
            }
        } catch {
            note(error)
            return error.reply
        }
    }

    /// Tells the log what is the hub's own fault.
    func note(_ problem: Problem) {
        guard problem.status == 503 else { return }
        log.error("a request could not be answered", metadata: ["error": "\(problem.cause ?? problem.detail)"])
    }

    private func route(_ request: Request) throws(Problem) -> (Route, [String]) {
        let path = request.uri.path
        guard let (methods, parameters) = routes.find(path) else {
            throw Problem(404, "there is nothing at this address")
        }
        let method: HTTPRequest.Method = request.method == .head ? .get : request.method
        guard let route = methods[method] else {
            let allowed = methods.keys.map(\.rawValue).sorted().joined(separator: ", ")
            throw Problem(405, "this address takes \(allowed), not \(request.method.rawValue.prefix(20))", headers: [.allow: allowed])
        }
        return (route, parameters)
    }

    private func body(of request: Request, _ route: Route) async throws(Problem) -> [UInt8] {
        let limits = configuration.connections
        let usual = route.access == .open ? min(limits.maximumOpenBody, limits.maximumBody) : limits.maximumBody
        let limit = route.maximumBody ?? usual
        // The connection is closed after the answer, so that what still comes is no next request.
        let tooLarge = Problem(413, "the body is larger than \(limit) bytes", headers: [.connection: "close"])
        if let length = request.headers[.contentLength] {
            guard length != "0" else { return [] }
            guard let length = Int(length), length <= limit else { throw tooLarge }
        } else if request.headers[.transferEncoding] == nil {
            return []
        }
        do {
            return Array(buffer: try await request.body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch {
            throw Problem(400, "the body did not arrive in full", headers: [.connection: "close"])
        }
    }
}

extension Reply {
    fileprivate var body: ResponseBody {
        guard let stream else { return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) }
        return ResponseBody(contentLength: stream.length) { writer in
            var (number, sent) = (0, 0)
            while let piece = try await stream.piece(number) {
                try await writer.write(ByteBuffer(bytes: piece))
                number += 1
                sent += piece.count
            }
            guard sent == stream.length else { throw IncompleteBody() }
            try await writer.finish(nil)
        }
    }
}

/// What was to be sent was not all there; only the end of the connection can tell the client.
private struct IncompleteBody: Error {}
