import Foundation
import Glibc

/// A local file server for one test: HTTP/1.1, one connection per request.
public final class LoopbackServer: @unchecked Sendable {
  /// How the server answers.
  public enum Manner: Sendable {
    /// Sends the requested ranges.
    case ranges
    /// Sends only whole files, whatever the request.
    case wholeFiles
    /// Sends only a file's first bytes in response to the first request, and then nothing.
    case stops(after: Int)
  }

  /// The prefix of a file's URL.
  public let address: String
  private let descriptor: Int32
  private let files: [String: [UInt8]]
  private let lock = NSLock()
  private var manner: Manner
  private var asked: [String] = []

  /// Starts serving.
  ///
  /// - Parameters:
  ///   - files: The bytes of each file, by its path, which begins with a slash.
  ///   - manner: How the server answers.
  /// - Throws: ``SystemError`` if there is no socket.
  public init(_ files: [String: [UInt8]], _ manner: Manner = .ranges) throws {
    self.files = files
    self.manner = manner
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError(code: errno) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound else { throw SystemError(code: errno) }
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
    Thread.detachNewThread { [self] in
      while case let client = accept(descriptor, nil, nil), client >= 0 { answer(client) }
    }
  }

  /// Stops the server.
  public func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  /// The first line of each request, with the requested range.
  public var requests: [String] { lock.withLock { asked } }

  private func answer(_ client: Int32) {
    defer { close(client) }
    var head: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(client, &buffer, buffer.count, 0)
      if count <= 0 { return }
      head += buffer[..<count]
    }
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
    let start = range.flatMap { Int($0.dropFirst(13).prefix { $0 != "-" }) }
    let manner = lock.withLock {
      asked.append(lines[0] + (start.map { " from \($0)" } ?? ""))
      defer { if case .stops = self.manner { self.manner = .ranges } }
      return self.manner
    }
    let place = lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? ""
    guard let file = files[place] else {
      return send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", [], client)
    }
    var (first, status, more) = (0, "200 OK", "")
    if let start, case .ranges = manner {
      first = min(start, file.count)
      status = "206 Partial Content"
      more = "Content-Range: bytes \(first)-\(file.count - 1)/\(file.count)\r\n"
    }
    var body = file[first...]
    let length = body.count
    if case .stops(let count) = manner { body = body.prefix(count) }
    send("HTTP/1.1 \(status)\r\nContent-Length: \(length)\r\n\(more)\r\n", Array(body), client)
  }

  private func send(_ head: String, _ body: [UInt8], _ client: Int32) {
    let bytes = Array(head.utf8) + body
    var done = 0
    while done < bytes.count {
      let sent = bytes[done...].withUnsafeBytes {
        Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if sent <= 0 { return }
      done += sent
    }
  }
}
