import HubCore

/// Pushes that have taken effect, so that one which comes again is only acknowledged again.
actor SeenMessages {
    private static let maximum = 1000
    private let path: String
    private var order: [String] = []
    private var ids: Set<String> = []
    /// Taken, and not yet done.
    private var underWay: Set<String> = []

    init(path: String) async {
        self.path = path
        guard let bytes = await Disk.read(path), let json = try? JSONValue(parsing: bytes) else { return }
        order = (json.array ?? []).compactMap(\.string).suffix(Self.maximum)
        ids = Set(order)
    }

    enum Novelty { case new, underWay, seen }

    func begin(_ id: String) -> Novelty {
        if ids.contains(id) { return .seen }
        return underWay.insert(id).inserted ? .new : .underWay
    }

    /// - Parameter hasTakenEffect: if not, the push counts as new when it comes again.
    func end(_ id: String, hasTakenEffect: Bool) async {
        underWay.remove(id)
        guard hasTakenEffect, ids.insert(id).inserted else { return }
        order.append(id)
        while order.count > Self.maximum { ids.remove(order.removeFirst()) }
        let bytes = JSONValue(order).bytes
        // Worth a second typing at worst.
        try? await Disk.perform { [path] in try PrivateFile.write(bytes, to: path) }
    }
}
