/// Lends `bytes` to a C call. The pointer is never null: libcrypto takes some null pointers for "not given", empty input is given.
func withPointer<Result>(to bytes: some Collection<UInt8>, _ body: (UnsafePointer<UInt8>, Int) -> Result) -> Result {
    if let result = bytes.withContiguousStorageIfAvailable({ lend($0, to: body) }) { return result }
    return Array(bytes).withUnsafeBufferPointer { lend($0, to: body) }
}

private func lend<Result>(_ buffer: UnsafeBufferPointer<UInt8>, to body: (UnsafePointer<UInt8>, Int) -> Result) -> Result {
    if let base = buffer.baseAddress { return body(base, buffer.count) }
    return withUnsafePointer(to: 0 as UInt8) { body($0, 0) }
}

/// Stops where libcrypto refuses a call that no input can make fail: only exhausted memory or a broken installation can.
/// Going on would mean unprotected data.
func mustSucceed(_ status: Int32, _ call: StaticString) {
    guard status == 1 else { outOfMemory(call) }
}

func outOfMemory(_ call: StaticString) -> Never {
    fatalError("libcrypto could not run \(call): out of memory, or a broken OpenSSL installation")
}
