import Foundation
import HTTPTypes

/// Who may call a route. What a caller may do is decided by the gate behind it.
package enum Access: Sendable {
    /// Anybody, without a key.
    case open
    /// Anybody; who shows a Bearer token sees more.
    case optionalPerson
    /// An agent by its `X-API-Key`.
    case agent
    /// A person's script by its Bearer token.
    case person
}

struct Route: Sendable {
    let method: HTTPRequest.Method
    /// Parts in braces stand for any text: `/api/v1/tasks/{id}`.
    let path: String
    let access: Access
    /// In bytes, where it is another than ``ConnectionLimits/maximumBody``.
    var maximumBody: Int?
    let handler: RouteTable.Handler
}

/// Finds the routes of a path, part by part; a fixed part goes before an open one.
struct RouteTable: Sendable {
    typealias Handler = @Sendable (Call) async throws -> Reply

    private struct Node: Sendable {
        var fixed: [Substring: Node] = [:]
        /// At most one element.
        var open: [Node] = []
        var methods: [HTTPRequest.Method: Route] = [:]
    }

    private var root = Node()

    init(_ routes: [Route]) {
        for route in routes { Self.insert(route, Self.parts(of: route.path)[...], into: &root) }
    }

    private static func parts(of path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { $0 }
    }

    private static func insert(_ route: Route, _ parts: ArraySlice<Substring>, into node: inout Node) {
        guard let part = parts.first else {
            node.methods[route.method] = route
            return
        }
        if part.hasPrefix("{") {
            if node.open.isEmpty { node.open.append(Node()) }
            insert(route, parts.dropFirst(), into: &node.open[0])
        } else {
            insert(route, parts.dropFirst(), into: &node.fixed[part, default: Node()])
        }
    }

    /// - Returns: the routes by method, and what stands in the open parts; `nil` if no route has this path.
    func find(_ path: String) -> (methods: [HTTPRequest.Method: Route], parameters: [String])? {
        guard path.hasPrefix("/"), path.utf8.count <= 2048 else { return nil }
        var parameters: [String] = []
        guard let node = Self.find(Self.parts(of: path)[...], from: root, &parameters) else { return nil }
        return (node.methods, parameters)
    }

    private static func find(_ parts: ArraySlice<Substring>, from node: Node, _ parameters: inout [String]) -> Node? {
        guard let part = parts.first else { return node.methods.isEmpty ? nil : node }
        if let next = node.fixed[part], let found = find(parts.dropFirst(), from: next, &parameters) { return found }
        guard let next = node.open.first, !part.isEmpty, let text = String(part).removingPercentEncoding else { return nil }
        let count = parameters.count
        parameters.append(text)
        if let found = find(parts.dropFirst(), from: next, &parameters) { return found }
        parameters.removeLast(parameters.count - count)
        return nil
    }
}
