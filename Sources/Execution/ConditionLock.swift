import Glibc

/// A mutex with one condition.
package final class ConditionLock: @unchecked Sendable {
  // SAFETY: both are allocated once, initialised before use, and destroyed with the last reference.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  package func acquire() { pthread_mutex_lock(mutex) }
  package func release() { pthread_mutex_unlock(mutex) }
  package func wait() { pthread_cond_wait(condition, mutex) }
  package func wakeAll() { pthread_cond_broadcast(condition) }
}
