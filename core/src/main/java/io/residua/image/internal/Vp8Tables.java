package io.residua.image.internal;

import java.util.HexFormat;

/**
 * The constants of VP8 key frames: RFC 6386, sections 11.5 (modes of sub-blocks), 13.4 and 13.5
 * (coefficients) and 14.1 (quantisers). A probability is that of a zero bit, in 256ths.
 */
final class Vp8Tables {
  /** How many probabilities lead to a coefficient's value. */
  static final int TOKEN_PROBABILITIES = 11;

  /** How many contexts there are: what is known of the blocks or the coefficient before. */
  static final int CONTEXTS = 3;

  private static final int BANDS = 8;
  private static final int MODES = 10;
  private static final int MAX_QUANTISER = 127;

  private static final byte[] COEFFICIENTS =
      bytes(
          """
          808080808080808080808080808080808080808080808080808080808080808080fd88feffe4db80
          80808080bd81f2ffe3d5ffdb8080806a7ee3fcd6d1ffff8080800162f8ffece2ffff808080b585ee
          feddeaff9a8080804e86caf7c6b4ffdb80808001b9f9fff3ff8080808080b896f7ffece080808080
          804d6ed8ffece680808080800165fbfff1ff8080808080aa8bf1fcecd1ffff8080802574c4f3e4ff
          ffff80808001ccfefff5ff8080808080cfa0faffee8080808080806667e7ffd3ab80808080800198
          fcfff0ff8080808080b187f3ffeae180808080805081d3ffc2e080808080800101ff808080808080
          8080f601ff8080808080808080ff80808080808080808080c623eddfc1bba2a0919b3e832dc6ddac
          b0dc9dfcdd01442f92d095a7dda2ffdf800195f1ffdde0ffff808080b88deafddedcffc780808051
          63b5f2b0bef9caffff800181e8fdd6c5f2c4ffff806379d2fac9c6ffca808080175ba3f2aabbf7d2
          ffff8001c8f6ffeaff80808080806db2f1ffe7f5ffff8080802c82c9fdcdc0ffff8080800184effb
          dbd1ffa58080805e88e1fbdabeffff8080801664aef5baa1ffc780808001b6f9ffe8eb8080808080
          7c8ff1ffe3ea8080808080234db5fbc1d3ffcd808080019df7ffece7ffff808080798debffe1e3ff
          ff8080802d63bcfbc3d9ffe08080800101fbffd5ff8080808080cb01f8ffff8080808080808901b1
          ffe0ff8080808080fd09f8fbcfd0ffc0808080af0de0f3c1b9f9c6ffff804911abdda1b3eca7ffea
          80015ff7fdd4b7ffff808080ef5af4fad3d1ffff8080809b4dc3f8bcc3ffff8080800118effbdadb
          ffcd808080c933dbffc4ba8080808080452ebeefc9daffe480808001bffbffff808080808080dfa5
          f9ffd5ff80808080808d7cf8ffff8080808080800110f8ffff808080808080be24e6ffecff808080
          80809501ff808080808080808001e2ff8080808080808080f7c0ff8080808080808080f080ff8080
          8080808080800186fcffff808080808080d53efaffff808080808080375dff808080808080808080
          8080808080808080808080808080808080808080808080808080808080808080ca18d5ebbabfdca0
          f0afff7e26b6e8a9b8e4aeffbb803d2e8adb97b2f0aaffd8800170e6fac7bff79fffff80a66de4fc
          d3d7ffae808080274da2e8acb4f5b2ffff800134dcf6c6c7f9dcffff807c4abff3b7c1faddffff80
          184782db9aaaf3b6ffff8001b6e1f9dbf0ffe08080809596e2fcd8cdffab8080801c6caaf2b7c2fe
          dfffff800151e6fccccbffc08080807b66d1f7bcc4ffe9808080145f99f3a4adffcb80808001def8
          ffd8d58080808080a8aff6fcebcdffff8080802f74d7ffd3d4ffff8080800179ecfdd4d6ffff8080
          808d54d5fcc9caffdb8080802a50a0f0a2b9ffcd8080800101ff8080808080808080f401ff808080
          8080808080ee01ff8080808080808080
          """);

  private static final byte[] COEFFICIENT_UPDATES =
      bytes(
          """
          ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffb0f6ffffffffff
          ffffffffdff1fcfffffffffffffffff9fdfdfffffffffffffffffff4fcffffffffffffffffeafefe
          fffffffffffffffffdfffffffffffffffffffffff6feffffffffffffffffeffdfeffffffffffffff
          fffefffefffffffffffffffffff8fefffffffffffffffffbfffeffffffffffffffffffffffffffff
          fffffffffffffdfefffffffffffffffffbfefefffffffffffffffffefffefffffffffffffffffffe
          fdfffefffffffffffffafffefffefffffffffffffeffffffffffffffffffffffffffffffffffffff
          ffffffffffffffffffffffffffffffffffffffffffffffffd9ffffffffffffffffffffe1fcf1fdff
          fffeffffffffeafaf1fafdfffdfefffffffffeffffffffffffffffffdffefeffffffffffffffffee
          fdfefefffffffffffffffff8fefffffffffffffffff9feffffffffffffffffffffffffffffffffff
          fffffffffdfffffffffffffffffff7fefffffffffffffffffffffffffffffffffffffffffffdfeff
          fffffffffffffffcfffffffffffffffffffffffffffffffffffffffffffffefeffffffffffffffff
          fdfffffffffffffffffffffffffffffffffffffffffffffefdfffffffffffffffffaffffffffffff
          fffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
          ffffffffffffffffbafbfaffffffffffffffffeafbf4fefffffffffffffffbfbf3fdfefffeffffff
          fffffdfeffffffffffffffffecfdfefffffffffffffffffbfdfdfefefffffffffffffffefeffffff
          fffffffffffefefefffffffffffffffffffffffffffffffffffffffffefffffffffffffffffffefe
          fffffffffffffffffffefffffffffffffffffffffffffffffffffffffffffffeffffffffffffffff
          ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
          ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
          fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8ffffffffffffff
          fffffffafefcfefffffffffffffff8fef9fdfffffffffffffffffdfdfffffffffffffffff6fdfdff
          fffffffffffffffcfefbfefefffffffffffffffefcfffffffffffffffff8fefdffffffffffffffff
          fdfffefefffffffffffffffffbfefffffffffffffffff5fbfefffffffffffffffffdfdfeffffffff
          fffffffffffbfdfffffffffffffffffcfdfefffffffffffffffffffefffffffffffffffffffffcff
          fffffffffffffffff9fffefffffffffffffffffffffefffffffffffffffffffffdffffffffffffff
          fffafffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffff
          ffffffffffffffffffffffffffffffff
          """);

  private static final byte[] SUB_BLOCK_MODES =
      bytes(
          """
          e7783059737178987098b3407eaa762e465faf458f505552489b67383a0aabdabd110d9890470a26
          abd590221a721a11a32cc3150aad791850c31a3e2c4055aa2e371388a021ce473f14087272d00c09
          e251280b60b6541d102486b7598962656aa59448bb64829d6f204b504266a7634a3e28ea80293509
          b2f18d1a086b684f0c1bd9ff5711074a2b1a9249a631179d412669a033341f73805744472c72330f
          ba172f290e6eb6b71511c2422d1966c5bd171216585893962a2e2dc4cd2b61b775552623b33d2735
          c8571a152be8ab3822336872661d5d4d6b36201a3301512b1f271c55ab3aa55a6240221674ce1722
          2ba64944196a1640ab24e1722213156684bc104c7c3e124e5f5539323033c165239fd76f592e6f3c
          941facdbe415126f70714d55b3ff267872282a01c4f5d10a196d6450082b9a01331a47582b1d8ca6
          d5252b9a3d3f1e9b432d4401d18e4e4e10ff8022c5ab29280566d3b70401dd333211a8d1c0171952
          7d622a58685575af525f543559806471652d4b4f7b2f338051ab013911054766393529317315020a
          66ffa6170626210d7939491a0155290a438a4d6e5a2f72651d100a558065c41a39120a6666d52214
          2b75140f24a38044011a8a1f24ab1ba6262ce543573aa952731a3bb33f3b5ab43ba65d499a282815
          748fd12227af392e161880013611252f0f10b722df312db72e1121b706620f20b7412049731c8017
          80cd2803097333c01206df572509733b4d40152f68372cda09363582e2405a46cd2829171a393639
          70b8052926a6d51e221a8598740a20864b200c33c0ffa02b33271335dd1a722049ff1f0941ea020f
          017649581f2343665537ba553815176f3bcd2d25c03726467c4966012262663d472522351ff3c045
          3c472649771cde25442d8022012f0bf5ab3e1113469255373e464b0f090940ffb87710252b259a64
          a355a0013f095c881c4020c95556061c0540ff19f8013808118489ff3774803a0f145287391a7928
          a4321f899a851923da33672c83837b1f069e5628408794e02db780161a1183f09a0e01d1530c0d36
          c0ff442f1c2d10155b40de0701c53815279b3c8a1766d5551a555580802092ab120b073f90ab0404
          f6231b0a92aeab0c1a80be502363b4507e362d557e2f57b033291420654b808b769274805538290f
          b0ec5525093e9224131eabff611b14471e117776ff11128a65263c8a37462b1a8e8a2d3d3edb0151
          bc4020291475978e1415a370130c3dc380300418
          """);

  private static final byte[] DC_STEPS =
      bytes(
          """
          0405060708090a0a0b0c0d0e0f101111121314141515161617171819191a1b1c1d1e1f2021222324
          2525262728292a2b2c2d2e2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a
          4b4c4c4d4e4f505152535455565758595b5d5f6062646566686a6c6e707274767a7c7e8082848688
          8a8c8f9194979a9d
          """);

  /** Two bytes each. */
  private static final byte[] AC_STEPS =
      bytes(
          """
          000400050006000700080009000a000b000c000d000e000f00100011001200130014001500160017
          00180019001a001b001c001d001e001f0020002100220023002400250026002700280029002a002b
          002c002d002e002f0030003100320033003400350036003700380039003a003c003e004000420044
          00460048004a004c004e00500052005400560058005a005c005e00600062006400660068006a006c
          006e0070007200740077007a007d0080008300860089008c008f009200950098009b009e00a100a4
          00a700aa00ad00b100b500b900bd00c100c500c900cd00d100d500d900dd00e100e500ea00ef00f5
          00f900fe01030108010d01120117011c
          """);

  private Vp8Tables() {}

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace("\n", ""));
  }

  /** Where the probabilities begin of a type of block, a band of positions and a context. */
  static int coefficientIndex(int blockType, int band, int context) {
    return ((blockType * BANDS + band) * CONTEXTS + context) * TOKEN_PROBABILITIES;
  }

  /** The probabilities that a picture begins with, by {@link #coefficientIndex}. */
  static byte[] coefficients() {
    return COEFFICIENTS.clone();
  }

  /** The probability that the picture does not replace that one of {@link #coefficients()}. */
  static int coefficientUpdate(int index) {
    return COEFFICIENT_UPDATES[index] & 0xff;
  }

  /** A probability in the tree of a sub-block's modes, given those above and to the left. */
  static int subBlockMode(int above, int left, int node) {
    return SUB_BLOCK_MODES[(above * MODES + left) * (MODES - 1) + node] & 0xff;
  }

  static int dcStep(int quantiser) {
    return DC_STEPS[clamp(quantiser)] & 0xff;
  }

  static int acStep(int quantiser) {
    int at = 2 * clamp(quantiser);
    return (AC_STEPS[at] & 0xff) << 8 | AC_STEPS[at + 1] & 0xff;
  }

  private static int clamp(int quantiser) {
    return Math.max(0, Math.min(MAX_QUANTISER, quantiser));
  }
}
