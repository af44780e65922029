import Noise
import Testing

struct NoiseKeyTests {
  /// The numbers of all sites that there are.
  static let sites = (1...22).map { NoiseSite(number: $0, name: "site \($0)") }

  /// The letters B, P, E, D, as one number that reads so in hexadecimal.
  static let label = "BPED".utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }

  @Test(arguments: sites, [0, 1, 0xFFFF_FFFF] as [UInt32])
  func `a key is the first two words of one block`(site: NoiseSite, epoch: UInt32) {
    for seed: UInt64 in [0, 1, 42, 1 << 32, .max] {
      let counter = PhiloxBlock(epoch, site.number, Self.label, 0)
      let block = Philox.block(key: seed, counter: counter)
      let expected = UInt64(block.word0) + UInt64(block.word1) << 32
      #expect(NoiseKey(seed: seed, epoch: epoch, site: site).bits == expected)
    }
  }

  @Test(arguments: [0, 1, 0xFFFF_FFFF, 1 << 32, .max] as [UInt64])
  func `a derived key is a block of the key with the number as its counter`(number: UInt64) {
    let key = NoiseKey(seed: 3, epoch: 4, site: Self.sites[1])
    let counter = PhiloxBlock(UInt32(number & 0xFFFF_FFFF), UInt32(number >> 32), Self.label, 1)
    #expect(key.derived(number).bits == Philox.block(key: key.bits, counter: counter).low64)
  }

  @Test func `the epoch defaults to the first`() {
    let key = NoiseKey(seed: 9, site: .testing)
    #expect(key == NoiseKey(seed: 9, epoch: 0, site: .testing))
  }

  @Test func `seed and epoch do not add up`() {
    for site in Self.sites {
      let seedOne = NoiseKey(seed: 1, epoch: 0, site: site)
      let epochOne = NoiseKey(seed: 0, epoch: 1, site: site)
      #expect(seedOne != epochOne)
      #expect(seedOne.derived(0) != epochOne.derived(0))
      #expect(seedOne.derived(1) != seedOne.derived(0).derived(1))
    }
  }

  @Test func `a hundred thousand keys are distinct`() {
    var keys: Set<UInt64> = []
    var made = 0
    for seed: UInt64 in [0, 1, 2, 3, 4, 1 << 31, 1 << 32, 1 << 63, .max - 1, .max] {
      for epoch: UInt32 in [0, 1, 2, 3, 1 << 31, .max] {
        for site in Self.sites {
          let key = NoiseKey(seed: seed, epoch: epoch, site: site)
          let derived = (0..<415).map { key.derived($0).bits }
          let far = [UInt64.max, 1 << 32, 1 << 63].map { key.derived($0).bits }
          keys.formUnion([key.bits] + derived + far)
          made += 1 + derived.count + far.count
        }
      }
    }
    #expect(made >= 100_000)
    #expect(keys.count == made)
  }

  struct Frozen: Sendable {
    let seed: UInt64
    let epoch: UInt32
    let site: NoiseSite
    let key: UInt64
    /// The keys derived with 0, 1 and 2^64 - 1.
    let derived: [UInt64]
  }

  /// Computed by a program that shares no code with ours.
  static let frozen = [
    Frozen(
      seed: 0,
      epoch: 0,
      site: sites[0],
      key: 0x1B8F_26AF_9C3F_FE23,
      derived: [0xEE01_A864_46C8_5A4E, 0x3475_1414_7F17_0858, 0x266B_79EE_F7FD_1AE8]
    ),
    Frozen(
      seed: 0,
      epoch: 0,
      site: sites[1],
      key: 0x0BF8_43E6_193A_7E1E,
      derived: [0x4419_8C88_2ACD_3FD1, 0x0819_72E0_E791_C9E8, 0xAE1C_2F8F_F4EC_4703]
    ),
    Frozen(
      seed: 0,
      epoch: 0,
      site: sites[2],
      key: 0x2867_578E_63AF_1E66,
      derived: [0x3DE3_3B96_0632_1FA3, 0x0E50_CABC_A336_EB97, 0x96FD_06F7_F207_2846]
    ),
    Frozen(
      seed: 0,
      epoch: 0,
      site: .testing,
      key: 0x84F2_F0D3_E437_04A4,
      derived: [0xDD64_BB92_7A8D_F3F6, 0x4922_3D83_96DD_6512, 0x0306_8D24_5343_5078]
    ),
    Frozen(
      seed: 1,
      epoch: 0,
      site: sites[0],
      key: 0x4913_E0FB_D2A9_4E8C,
      derived: [0xEC4D_AA6E_39AE_BFF6, 0x9997_F67D_0511_AF45, 0xF236_2533_B34C_387A]
    ),
    Frozen(
      seed: 0,
      epoch: 1,
      site: sites[0],
      key: 0x46BB_DD87_EFDF_F9A2,
      derived: [0x9E6C_F9B0_589F_BA74, 0xDFE0_2A2D_AE43_B434, 0x0D85_7E9C_7F4E_8F25]
    ),
    Frozen(
      seed: .max,
      epoch: .max,
      site: .testing,
      key: 0x74C7_1293_30BD_2B68,
      derived: [0x5F96_0442_66FC_7D70, 0x6E2B_4E32_5D11_FF7C, 0xEFDB_6CE7_8463_FF0D]
    ),
  ]

  /// Where this fails, sampled bytes have changed: raise `NoiseKey.version`, then change the table.
  @Test(arguments: frozen)
  func `keys are frozen under version 1`(_ row: Frozen) {
    let key = NoiseKey(seed: row.seed, epoch: row.epoch, site: row.site)
    #expect(key.bits == row.key)
    #expect([0, 1, .max].map { key.derived($0).bits } == row.derived)
    #expect(NoiseKey.version == 1)
  }
}
