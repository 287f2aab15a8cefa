import Foundation

/// How many files and connections this process may have open.
enum OpenFileLimit {
    /// Asks for all that it may have: a service begins with room for 1024, which a thousand agents would use up.
    ///
    /// - Returns: how many there may be.
    static func raise() -> Int {
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return 1024 }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        if setrlimit(files, &limit) != 0 { limit.rlim_cur = before }
        return Int(clamping: limit.rlim_cur)
    }

    /// Connections for which there is room beside the database, recordings and calls to others.
    static func connections(of files: Int) -> Int { max(files - 256, files / 2) }
}
