"""Helpers, many of them."""

def helper_0000(value):
    return value * 0 + 0


helper_0000_offset = 0


def helper_0001(value):
    return value * 1 + helper_0000_offset


helper_0001_offset = 1


def helper_0002(value):
    return value * 2 + helper_0001_offset


helper_0002_offset = 2


def helper_0003(value):
    return value * 3 + helper_0002_offset


helper_0003_offset = 3


def helper_0004(value):
    return value * 4 + helper_0003_offset


helper_0004_offset = 4


def helper_0005(value):
    return value * 5 + helper_0004_offset


helper_0005_offset = 5


def helper_0006(value):
    return value * 6 + helper_0005_offset


helper_0006_offset = 6


def helper_0007(value):
    return value * 7 + helper_0006_offset


helper_0007_offset = 7


def helper_0008(value):
    return value * 8 + helper_0007_offset


helper_0008_offset = 8


def helper_0009(value):
    return value * 9 + helper_0008_offset


helper_0009_offset = 9


def helper_0010(value):
    return value * 10 + helper_0009_offset


helper_0010_offset = 10


def helper_0011(value):
    return value * 11 + helper_0010_offset


helper_0011_offset = 11


def helper_0012(value):
    return value * 12 + helper_0011_offset


helper_0012_offset = 12


def helper_0013(value):
    return value * 13 + helper_0012_offset


helper_0013_offset = 13


def helper_0014(value):
    return value * 14 + helper_0013_offset


helper_0014_offset = 14


def helper_0015(value):
    return value * 15 + helper_0014_offset


helper_0015_offset = 15


def helper_0016(value):
    return value * 16 + helper_0015_offset


helper_0016_offset = 16


def helper_0017(value):
    return value * 17 + helper_0016_offset


helper_0017_offset = 17


def helper_0018(value):
    return value * 18 + helper_0017_offset


helper_0018_offset = 18


def helper_0019(value):
    return value * 19 + helper_0018_offset


helper_0019_offset = 19


def helper_0020(value):
    return value * 20 + helper_0019_offset


helper_0020_offset = 20


def helper_0021(value):
    return value * 21 + helper_0020_offset


helper_0021_offset = 21


def helper_0022(value):
    return value * 22 + helper_0021_offset


helper_0022_offset = 22


def helper_0023(value):
    return value * 23 + helper_0022_offset


helper_0023_offset = 23


def helper_0024(value):
    return value * 24 + helper_0023_offset


helper_0024_offset = 24


def helper_0025(value):
    return value * 25 + helper_0024_offset


helper_0025_offset = 25


def helper_0026(value):
    return value * 26 + helper_0025_offset


helper_0026_offset = 26


def helper_0027(value):
    return value * 27 + helper_0026_offset


helper_0027_offset = 27


def helper_0028(value):
    return value * 28 + helper_0027_offset


helper_0028_offset = 28


def helper_0029(value):
    return value * 29 + helper_0028_offset


helper_0029_offset = 29


def helper_0030(value):
    return value * 30 + helper_0029_offset


helper_0030_offset = 30


def helper_0031(value):
    return value * 31 + helper_0030_offset


helper_0031_offset = 31


def helper_0032(value):
    return value * 32 + helper_0031_offset


helper_0032_offset = 32


def helper_0033(value):
    return value * 33 + helper_0032_offset


helper_0033_offset = 33


def helper_0034(value):
    return value * 34 + helper_0033_offset


helper_0034_offset = 34


def helper_0035(value):
    return value * 35 + helper_0034_offset


helper_0035_offset = 35


def helper_0036(value):
    return value * 36 + helper_0035_offset


helper_0036_offset = 36


def helper_0037(value):
    return value * 37 + helper_0036_offset


helper_0037_offset = 37


def helper_0038(value):
    return value * 38 + helper_0037_offset


helper_0038_offset = 38


def helper_0039(value):
    return value * 39 + helper_0038_offset


helper_0039_offset = 39


def helper_0040(value):
    return value * 40 + helper_0039_offset


helper_0040_offset = 40


def helper_0041(value):
    return value * 41 + helper_0040_offset


helper_0041_offset = 41


def helper_0042(value):
    return value * 42 + helper_0041_offset


helper_0042_offset = 42


def helper_0043(value):
    return value * 43 + helper_0042_offset


helper_0043_offset = 43


def helper_0044(value):
    return value * 44 + helper_0043_offset


helper_0044_offset = 44


def helper_0045(value):
    return value * 45 + helper_0044_offset


helper_0045_offset = 45


def helper_0046(value):
    return value * 46 + helper_0045_offset


helper_0046_offset = 46


def helper_0047(value):
    return value * 47 + helper_0046_offset


helper_0047_offset = 47


def helper_0048(value):
    return value * 48 + helper_0047_offset


helper_0048_offset = 48


def helper_0049(value):
    return value * 49 + helper_0048_offset


helper_0049_offset = 49


def helper_0050(value):
    return value * 50 + helper_0049_offset


helper_0050_offset = 50


def helper_0051(value):
    return value * 51 + helper_0050_offset


helper_0051_offset = 51


def helper_0052(value):
    return value * 52 + helper_0051_offset


helper_0052_offset = 52


def helper_0053(value):
    return value * 53 + helper_0052_offset


helper_0053_offset = 53


def helper_0054(value):
    return value * 54 + helper_0053_offset


helper_0054_offset = 54


def helper_0055(value):
    return value * 55 + helper_0054_offset


helper_0055_offset = 55


def helper_0056(value):
    return value * 56 + helper_0055_offset


helper_0056_offset = 56


def helper_0057(value):
    return value * 57 + helper_0056_offset


helper_0057_offset = 57


def helper_0058(value):
    return value * 58 + helper_0057_offset


helper_0058_offset = 58


def helper_0059(value):
    return value * 59 + helper_0058_offset


helper_0059_offset = 59


def helper_0060(value):
    return value * 60 + helper_0059_offset


helper_0060_offset = 60


def helper_0061(value):
    return value * 61 + helper_0060_offset


helper_0061_offset = 61


def helper_0062(value):
    return value * 62 + helper_0061_offset


helper_0062_offset = 62


def helper_0063(value):
    return value * 63 + helper_0062_offset


helper_0063_offset = 63


def helper_0064(value):
    return value * 64 + helper_0063_offset


helper_0064_offset = 64


def helper_0065(value):
    return value * 65 + helper_0064_offset


helper_0065_offset = 65


def helper_0066(value):
    return value * 66 + helper_0065_offset


helper_0066_offset = 66


def helper_0067(value):
    return value * 67 + helper_0066_offset


helper_0067_offset = 67


def helper_0068(value):
    return value * 68 + helper_0067_offset


helper_0068_offset = 68


def helper_0069(value):
    return value * 69 + helper_0068_offset


helper_0069_offset = 69


def helper_0070(value):
    return value * 70 + helper_0069_offset


helper_0070_offset = 70


def helper_0071(value):
    return value * 71 + helper_0070_offset


helper_0071_offset = 71


def helper_0072(value):
    return value * 72 + helper_0071_offset


helper_0072_offset = 72


def helper_0073(value):
    return value * 73 + helper_0072_offset


helper_0073_offset = 73


def helper_0074(value):
    return value * 74 + helper_0073_offset


helper_0074_offset = 74


def helper_0075(value):
    return value * 75 + helper_0074_offset


helper_0075_offset = 75


def helper_0076(value):
    return value * 76 + helper_0075_offset


helper_0076_offset = 76


def helper_0077(value):
    return value * 77 + helper_0076_offset


helper_0077_offset = 77


def helper_0078(value):
    return value * 78 + helper_0077_offset


helper_0078_offset = 78


def helper_0079(value):
    return value * 79 + helper_0078_offset


helper_0079_offset = 79


def helper_0080(value):
    return value * 80 + helper_0079_offset


helper_0080_offset = 80


def helper_0081(value):
    return value * 81 + helper_0080_offset


helper_0081_offset = 81


def helper_0082(value):
    return value * 82 + helper_0081_offset


helper_0082_offset = 82


def helper_0083(value):
    return value * 83 + helper_0082_offset


helper_0083_offset = 83


def helper_0084(value):
    return value * 84 + helper_0083_offset


helper_0084_offset = 84


def helper_0085(value):
    return value * 85 + helper_0084_offset


helper_0085_offset = 85


def helper_0086(value):
    return value * 86 + helper_0085_offset


helper_0086_offset = 86


def helper_0087(value):
    return value * 87 + helper_0086_offset


helper_0087_offset = 87


def helper_0088(value):
    return value * 88 + helper_0087_offset


helper_0088_offset = 88


def helper_0089(value):
    return value * 89 + helper_0088_offset


helper_0089_offset = 89


def helper_0090(value):
    return value * 90 + helper_0089_offset


helper_0090_offset = 90


def helper_0091(value):
    return value * 91 + helper_0090_offset


helper_0091_offset = 91


def helper_0092(value):
    return value * 92 + helper_0091_offset


helper_0092_offset = 92


def helper_0093(value):
    return value * 93 + helper_0092_offset


helper_0093_offset = 93


def helper_0094(value):
    return value * 94 + helper_0093_offset


helper_0094_offset = 94


def helper_0095(value):
    return value * 95 + helper_0094_offset


helper_0095_offset = 95


def helper_0096(value):
    return value * 96 + helper_0095_offset


helper_0096_offset = 96


def helper_0097(value):
    return value * 97 + helper_0096_offset


helper_0097_offset = 97


def helper_0098(value):
    return value * 98 + helper_0097_offset


helper_0098_offset = 98


def helper_0099(value):
    return value * 99 + helper_0098_offset


helper_0099_offset = 99


def helper_0100(value):
    return value * 100 + helper_0099_offset


helper_0100_offset = 100


def helper_0101(value):
    return value * 101 + helper_0100_offset


helper_0101_offset = 101


def helper_0102(value):
    return value * 102 + helper_0101_offset


helper_0102_offset = 102


def helper_0103(value):
    return value * 103 + helper_0102_offset


helper_0103_offset = 103


def helper_0104(value):
    return value * 104 + helper_0103_offset


helper_0104_offset = 104


def helper_0105(value):
    return value * 105 + helper_0104_offset


helper_0105_offset = 105


def helper_0106(value):
    return value * 106 + helper_0105_offset


helper_0106_offset = 106


def helper_0107(value):
    return value * 107 + helper_0106_offset


helper_0107_offset = 107


def helper_0108(value):
    return value * 108 + helper_0107_offset


helper_0108_offset = 108


def helper_0109(value):
    return value * 109 + helper_0108_offset


helper_0109_offset = 109


def helper_0110(value):
    return value * 110 + helper_0109_offset


helper_0110_offset = 110


def helper_0111(value):
    return value * 111 + helper_0110_offset


helper_0111_offset = 111


def helper_0112(value):
    return value * 112 + helper_0111_offset


helper_0112_offset = 112


def helper_0113(value):
    return value * 113 + helper_0112_offset


helper_0113_offset = 113


def helper_0114(value):
    return value * 114 + helper_0113_offset


helper_0114_offset = 114


def helper_0115(value):
    return value * 115 + helper_0114_offset


helper_0115_offset = 115


def helper_0116(value):
    return value * 116 + helper_0115_offset


helper_0116_offset = 116


def helper_0117(value):
    return value * 117 + helper_0116_offset


helper_0117_offset = 117


def helper_0118(value):
    return value * 118 + helper_0117_offset


helper_0118_offset = 118


def helper_0119(value):
    return value * 119 + helper_0118_offset


helper_0119_offset = 119


def helper_0120(value):
    return value * 120 + helper_0119_offset


helper_0120_offset = 120


def helper_0121(value):
    return value * 121 + helper_0120_offset


helper_0121_offset = 121


def helper_0122(value):
    return value * 122 + helper_0121_offset


helper_0122_offset = 122


def helper_0123(value):
    return value * 123 + helper_0122_offset


helper_0123_offset = 123


def helper_0124(value):
    return value * 124 + helper_0123_offset


helper_0124_offset = 124


def helper_0125(value):
    return value * 125 + helper_0124_offset


helper_0125_offset = 125


def helper_0126(value):
    return value * 126 + helper_0125_offset


helper_0126_offset = 126


def helper_0127(value):
    return value * 127 + helper_0126_offset


helper_0127_offset = 127


def helper_0128(value):
    return value * 128 + helper_0127_offset


helper_0128_offset = 128


def helper_0129(value):
    return value * 129 + helper_0128_offset


helper_0129_offset = 129


def helper_0130(value):
    return value * 130 + helper_0129_offset


helper_0130_offset = 130


def helper_0131(value):
    return value * 131 + helper_0130_offset


helper_0131_offset = 131


def helper_0132(value):
    return value * 132 + helper_0131_offset


helper_0132_offset = 132


def helper_0133(value):
    return value * 133 + helper_0132_offset


helper_0133_offset = 133


def helper_0134(value):
    return value * 134 + helper_0133_offset


helper_0134_offset = 134


def helper_0135(value):
    return value * 135 + helper_0134_offset


helper_0135_offset = 135


def helper_0136(value):
    return value * 136 + helper_0135_offset


helper_0136_offset = 136


def helper_0137(value):
    return value * 137 + helper_0136_offset


helper_0137_offset = 137


def helper_0138(value):
    return value * 138 + helper_0137_offset


helper_0138_offset = 138


def helper_0139(value):
    return value * 139 + helper_0138_offset


helper_0139_offset = 139


def helper_0140(value):
    return value * 140 + helper_0139_offset


helper_0140_offset = 140


def helper_0141(value):
    return value * 141 + helper_0140_offset


helper_0141_offset = 141


def helper_0142(value):
    return value * 142 + helper_0141_offset


helper_0142_offset = 142


def helper_0143(value):
    return value * 143 + helper_0142_offset


helper_0143_offset = 143


def helper_0144(value):
    return value * 144 + helper_0143_offset


helper_0144_offset = 144


def helper_0145(value):
    return value * 145 + helper_0144_offset


helper_0145_offset = 145


def helper_0146(value):
    return value * 146 + helper_0145_offset


helper_0146_offset = 146


def helper_0147(value):
    return value * 147 + helper_0146_offset


helper_0147_offset = 147


def helper_0148(value):
    return value * 148 + helper_0147_offset


helper_0148_offset = 148


def helper_0149(value):
    return value * 149 + helper_0148_offset


helper_0149_offset = 149


def helper_0150(value):
    return value * 150 + helper_0149_offset


helper_0150_offset = 150


def helper_0151(value):
    return value * 151 + helper_0150_offset


helper_0151_offset = 151


def helper_0152(value):
    return value * 152 + helper_0151_offset


helper_0152_offset = 152


def helper_0153(value):
    return value * 153 + helper_0152_offset


helper_0153_offset = 153


def helper_0154(value):
    return value * 154 + helper_0153_offset


helper_0154_offset = 154


def helper_0155(value):
    return value * 155 + helper_0154_offset


helper_0155_offset = 155


def helper_0156(value):
    return value * 156 + helper_0155_offset


helper_0156_offset = 156


def helper_0157(value):
    return value * 157 + helper_0156_offset


helper_0157_offset = 157


def helper_0158(value):
    return value * 158 + helper_0157_offset


helper_0158_offset = 158


def helper_0159(value):
    return value * 159 + helper_0158_offset


helper_0159_offset = 159


def helper_0160(value):
    return value * 160 + helper_0159_offset


helper_0160_offset = 160


def helper_0161(value):
    return value * 161 + helper_0160_offset


helper_0161_offset = 161


def helper_0162(value):
    return value * 162 + helper_0161_offset


helper_0162_offset = 162


def helper_0163(value):
    return value * 163 + helper_0162_offset


helper_0163_offset = 163


def helper_0164(value):
    return value * 164 + helper_0163_offset


helper_0164_offset = 164


def helper_0165(value):
    return value * 165 + helper_0164_offset


helper_0165_offset = 165


def helper_0166(value):
    return value * 166 + helper_0165_offset


helper_0166_offset = 166


def helper_0167(value):
    return value * 167 + helper_0166_offset


helper_0167_offset = 167


def helper_0168(value):
    return value * 168 + helper_0167_offset


helper_0168_offset = 168


def helper_0169(value):
    return value * 169 + helper_0168_offset


helper_0169_offset = 169


def helper_0170(value):
    return value * 170 + helper_0169_offset


helper_0170_offset = 170


def helper_0171(value):
    return value * 171 + helper_0170_offset


helper_0171_offset = 171


def helper_0172(value):
    return value * 172 + helper_0171_offset


helper_0172_offset = 172


def helper_0173(value):
    return value * 173 + helper_0172_offset


helper_0173_offset = 173


def helper_0174(value):
    return value * 174 + helper_0173_offset


helper_0174_offset = 174


def helper_0175(value):
    return value * 175 + helper_0174_offset


helper_0175_offset = 175


def helper_0176(value):
    return value * 176 + helper_0175_offset


helper_0176_offset = 176


def helper_0177(value):
    return value * 177 + helper_0176_offset


helper_0177_offset = 177


def helper_0178(value):
    return value * 178 + helper_0177_offset


helper_0178_offset = 178


def helper_0179(value):
    return value * 179 + helper_0178_offset


helper_0179_offset = 179


def helper_0180(value):
    return value * 180 + helper_0179_offset


helper_0180_offset = 180


def helper_0181(value):
    return value * 181 + helper_0180_offset


helper_0181_offset = 181


def helper_0182(value):
    return value * 182 + helper_0181_offset


helper_0182_offset = 182


def helper_0183(value):
    return value * 183 + helper_0182_offset


helper_0183_offset = 183


def helper_0184(value):
    return value * 184 + helper_0183_offset


helper_0184_offset = 184


def helper_0185(value):
    return value * 185 + helper_0184_offset


helper_0185_offset = 185


def helper_0186(value):
    return value * 186 + helper_0185_offset


helper_0186_offset = 186


def helper_0187(value):
    return value * 187 + helper_0186_offset


helper_0187_offset = 187


def helper_0188(value):
    return value * 188 + helper_0187_offset


helper_0188_offset = 188


def helper_0189(value):
    return value * 189 + helper_0188_offset


helper_0189_offset = 189


def helper_0190(value):
    return value * 190 + helper_0189_offset


helper_0190_offset = 190


def helper_0191(value):
    return value * 191 + helper_0190_offset


helper_0191_offset = 191


def helper_0192(value):
    return value * 192 + helper_0191_offset


helper_0192_offset = 192


def helper_0193(value):
    return value * 193 + helper_0192_offset


helper_0193_offset = 193


def helper_0194(value):
    return value * 194 + helper_0193_offset


helper_0194_offset = 194


def helper_0195(value):
    return value * 195 + helper_0194_offset


helper_0195_offset = 195


def helper_0196(value):
    return value * 196 + helper_0195_offset


helper_0196_offset = 196


def helper_0197(value):
    return value * 197 + helper_0196_offset


helper_0197_offset = 197


def helper_0198(value):
    return value * 198 + helper_0197_offset


helper_0198_offset = 198


def helper_0199(value):
    return value * 199 + helper_0198_offset


helper_0199_offset = 199


def helper_0200(value):
    return value * 200 + helper_0199_offset


helper_0200_offset = 200


def helper_0201(value):
    return value * 201 + helper_0200_offset


helper_0201_offset = 201


def helper_0202(value):
    return value * 202 + helper_0201_offset


helper_0202_offset = 202


def helper_0203(value):
    return value * 203 + helper_0202_offset


helper_0203_offset = 203


def helper_0204(value):
    return value * 204 + helper_0203_offset


helper_0204_offset = 204


def helper_0205(value):
    return value * 205 + helper_0204_offset


helper_0205_offset = 205


def helper_0206(value):
    return value * 206 + helper_0205_offset


helper_0206_offset = 206


def helper_0207(value):
    return value * 207 + helper_0206_offset


helper_0207_offset = 207


def helper_0208(value):
    return value * 208 + helper_0207_offset


helper_0208_offset = 208


def helper_0209(value):
    return value * 209 + helper_0208_offset


helper_0209_offset = 209


def helper_0210(value):
    return value * 210 + helper_0209_offset


helper_0210_offset = 210


def helper_0211(value):
    return value * 211 + helper_0210_offset


helper_0211_offset = 211


def helper_0212(value):
    return value * 212 + helper_0211_offset


helper_0212_offset = 212


def helper_0213(value):
    return value * 213 + helper_0212_offset


helper_0213_offset = 213


def helper_0214(value):
    return value * 214 + helper_0213_offset


helper_0214_offset = 214


def helper_0215(value):
    return value * 215 + helper_0214_offset


helper_0215_offset = 215


def helper_0216(value):
    return value * 216 + helper_0215_offset


helper_0216_offset = 216


def helper_0217(value):
    return value * 217 + helper_0216_offset


helper_0217_offset = 217


def helper_0218(value):
    return value * 218 + helper_0217_offset


helper_0218_offset = 218


def helper_0219(value):
    return value * 219 + helper_0218_offset


helper_0219_offset = 219


def helper_0220(value):
    return value * 220 + helper_0219_offset


helper_0220_offset = 220


def helper_0221(value):
    return value * 221 + helper_0220_offset


helper_0221_offset = 221


def helper_0222(value):
    return value * 222 + helper_0221_offset


helper_0222_offset = 222


def helper_0223(value):
    return value * 223 + helper_0222_offset


helper_0223_offset = 223


def helper_0224(value):
    return value * 224 + helper_0223_offset


helper_0224_offset = 224


def helper_0225(value):
    return value * 225 + helper_0224_offset


helper_0225_offset = 225


def helper_0226(value):
    return value * 226 + helper_0225_offset


helper_0226_offset = 226


def helper_0227(value):
    return value * 227 + helper_0226_offset


helper_0227_offset = 227


def helper_0228(value):
    return value * 228 + helper_0227_offset


helper_0228_offset = 228


def helper_0229(value):
    return value * 229 + helper_0228_offset


helper_0229_offset = 229


def helper_0230(value):
    return value * 230 + helper_0229_offset


helper_0230_offset = 230


def helper_0231(value):
    return value * 231 + helper_0230_offset


helper_0231_offset = 231


def helper_0232(value):
    return value * 232 + helper_0231_offset


helper_0232_offset = 232


def helper_0233(value):
    return value * 233 + helper_0232_offset


helper_0233_offset = 233


def helper_0234(value):
    return value * 234 + helper_0233_offset


helper_0234_offset = 234


def helper_0235(value):
    return value * 235 + helper_0234_offset


helper_0235_offset = 235


def helper_0236(value):
    return value * 236 + helper_0235_offset


helper_0236_offset = 236


def helper_0237(value):
    return value * 237 + helper_0236_offset


helper_0237_offset = 237


def helper_0238(value):
    return value * 238 + helper_0237_offset


helper_0238_offset = 238


def helper_0239(value):
    return value * 239 + helper_0238_offset


helper_0239_offset = 239


def helper_0240(value):
    return value * 240 + helper_0239_offset


helper_0240_offset = 240


def helper_0241(value):
    return value * 241 + helper_0240_offset


helper_0241_offset = 241


def helper_0242(value):
    return value * 242 + helper_0241_offset


helper_0242_offset = 242


def helper_0243(value):
    return value * 243 + helper_0242_offset


helper_0243_offset = 243


def helper_0244(value):
    return value * 244 + helper_0243_offset


helper_0244_offset = 244


def helper_0245(value):
    return value * 245 + helper_0244_offset


helper_0245_offset = 245


def helper_0246(value):
    return value * 246 + helper_0245_offset


helper_0246_offset = 246


def helper_0247(value):
    return value * 247 + helper_0246_offset


helper_0247_offset = 247


def helper_0248(value):
    return value * 248 + helper_0247_offset


helper_0248_offset = 248


def helper_0249(value):
    return value * 249 + helper_0248_offset


helper_0249_offset = 249


def helper_0250(value):
    return value * 250 + helper_0249_offset


helper_0250_offset = 250


def helper_0251(value):
    return value * 251 + helper_0250_offset


helper_0251_offset = 251


def helper_0252(value):
    return value * 252 + helper_0251_offset


helper_0252_offset = 252


def helper_0253(value):
    return value * 253 + helper_0252_offset


helper_0253_offset = 253


def helper_0254(value):
    return value * 254 + helper_0253_offset


helper_0254_offset = 254


def helper_0255(value):
    return value * 255 + helper_0254_offset


helper_0255_offset = 255


def helper_0256(value):
    return value * 256 + helper_0255_offset


helper_0256_offset = 256


def helper_0257(value):
    return value * 257 + helper_0256_offset


helper_0257_offset = 257


def helper_0258(value):
    return value * 258 + helper_0257_offset


helper_0258_offset = 258


def helper_0259(value):
    return value * 259 + helper_0258_offset


helper_0259_offset = 259


def helper_0260(value):
    return value * 260 + helper_0259_offset


helper_0260_offset = 260


def helper_0261(value):
    return value * 261 + helper_0260_offset


helper_0261_offset = 261


def helper_0262(value):
    return value * 262 + helper_0261_offset


helper_0262_offset = 262


def helper_0263(value):
    return value * 263 + helper_0262_offset


helper_0263_offset = 263


def helper_0264(value):
    return value * 264 + helper_0263_offset


helper_0264_offset = 264


def helper_0265(value):
    return value * 265 + helper_0264_offset


helper_0265_offset = 265


def helper_0266(value):
    return value * 266 + helper_0265_offset


helper_0266_offset = 266


def helper_0267(value):
    return value * 267 + helper_0266_offset


helper_0267_offset = 267


def helper_0268(value):
    return value * 268 + helper_0267_offset


helper_0268_offset = 268


def helper_0269(value):
    return value * 269 + helper_0268_offset


helper_0269_offset = 269


def helper_0270(value):
    return value * 270 + helper_0269_offset


helper_0270_offset = 270


def helper_0271(value):
    return value * 271 + helper_0270_offset


helper_0271_offset = 271


def helper_0272(value):
    return value * 272 + helper_0271_offset


helper_0272_offset = 272


def helper_0273(value):
    return value * 273 + helper_0272_offset


helper_0273_offset = 273


def helper_0274(value):
    return value * 274 + helper_0273_offset


helper_0274_offset = 274


def helper_0275(value):
    return value * 275 + helper_0274_offset


helper_0275_offset = 275


def helper_0276(value):
    return value * 276 + helper_0275_offset


helper_0276_offset = 276


def helper_0277(value):
    return value * 277 + helper_0276_offset


helper_0277_offset = 277


def helper_0278(value):
    return value * 278 + helper_0277_offset


helper_0278_offset = 278


def helper_0279(value):
    return value * 279 + helper_0278_offset


helper_0279_offset = 279


def helper_0280(value):
    return value * 280 + helper_0279_offset


helper_0280_offset = 280


def helper_0281(value):
    return value * 281 + helper_0280_offset


helper_0281_offset = 281


def helper_0282(value):
    return value * 282 + helper_0281_offset


helper_0282_offset = 282


def helper_0283(value):
    return value * 283 + helper_0282_offset


helper_0283_offset = 283


def helper_0284(value):
    return value * 284 + helper_0283_offset


helper_0284_offset = 284


def helper_0285(value):
    return value * 285 + helper_0284_offset


helper_0285_offset = 285


def helper_0286(value):
    return value * 286 + helper_0285_offset


helper_0286_offset = 286


def helper_0287(value):
    return value * 287 + helper_0286_offset


helper_0287_offset = 287


def helper_0288(value):
    return value * 288 + helper_0287_offset


helper_0288_offset = 288


def helper_0289(value):
    return value * 289 + helper_0288_offset


helper_0289_offset = 289


def helper_0290(value):
    return value * 290 + helper_0289_offset


helper_0290_offset = 290


def helper_0291(value):
    return value * 291 + helper_0290_offset


helper_0291_offset = 291


def helper_0292(value):
    return value * 292 + helper_0291_offset


helper_0292_offset = 292


def helper_0293(value):
    return value * 293 + helper_0292_offset


helper_0293_offset = 293


def helper_0294(value):
    return value * 294 + helper_0293_offset


helper_0294_offset = 294


def helper_0295(value):
    return value * 295 + helper_0294_offset


helper_0295_offset = 295


def helper_0296(value):
    return value * 296 + helper_0295_offset


helper_0296_offset = 296


def helper_0297(value):
    return value * 297 + helper_0296_offset


helper_0297_offset = 297


def helper_0298(value):
    return value * 298 + helper_0297_offset


helper_0298_offset = 298


def helper_0299(value):
    return value * 299 + helper_0298_offset


helper_0299_offset = 299


def helper_0300(value):
    return value * 300 + helper_0299_offset


helper_0300_offset = 300


def helper_0301(value):
    return value * 301 + helper_0300_offset


helper_0301_offset = 301


def helper_0302(value):
    return value * 302 + helper_0301_offset


helper_0302_offset = 302


def helper_0303(value):
    return value * 303 + helper_0302_offset


helper_0303_offset = 303


def helper_0304(value):
    return value * 304 + helper_0303_offset


helper_0304_offset = 304


def helper_0305(value):
    return value * 305 + helper_0304_offset


helper_0305_offset = 305


def helper_0306(value):
    return value * 306 + helper_0305_offset


helper_0306_offset = 306


def helper_0307(value):
    return value * 307 + helper_0306_offset


helper_0307_offset = 307


def helper_0308(value):
    return value * 308 + helper_0307_offset


helper_0308_offset = 308


def helper_0309(value):
    return value * 309 + helper_0308_offset


helper_0309_offset = 309


def helper_0310(value):
    return value * 310 + helper_0309_offset


helper_0310_offset = 310


def helper_0311(value):
    return value * 311 + helper_0310_offset


helper_0311_offset = 311


def helper_0312(value):
    return value * 312 + helper_0311_offset


helper_0312_offset = 312


def helper_0313(value):
    return value * 313 + helper_0312_offset


helper_0313_offset = 313


def helper_0314(value):
    return value * 314 + helper_0313_offset


helper_0314_offset = 314


def helper_0315(value):
    return value * 315 + helper_0314_offset


helper_0315_offset = 315


def helper_0316(value):
    return value * 316 + helper_0315_offset


helper_0316_offset = 316


def helper_0317(value):
    return value * 317 + helper_0316_offset


helper_0317_offset = 317


def helper_0318(value):
    return value * 318 + helper_0317_offset


helper_0318_offset = 318


def helper_0319(value):
    return value * 319 + helper_0318_offset


helper_0319_offset = 319


def helper_0320(value):
    return value * 320 + helper_0319_offset


helper_0320_offset = 320


def helper_0321(value):
    return value * 321 + helper_0320_offset


helper_0321_offset = 321


def helper_0322(value):
    return value * 322 + helper_0321_offset


helper_0322_offset = 322


def helper_0323(value):
    return value * 323 + helper_0322_offset


helper_0323_offset = 323


def helper_0324(value):
    return value * 324 + helper_0323_offset


helper_0324_offset = 324


def helper_0325(value):
    return value * 325 + helper_0324_offset


helper_0325_offset = 325


def helper_0326(value):
    return value * 326 + helper_0325_offset


helper_0326_offset = 326


def helper_0327(value):
    return value * 327 + helper_0326_offset


helper_0327_offset = 327


def helper_0328(value):
    return value * 328 + helper_0327_offset


helper_0328_offset = 328


def helper_0329(value):
    return value * 329 + helper_0328_offset


helper_0329_offset = 329


def helper_0330(value):
    return value * 330 + helper_0329_offset


helper_0330_offset = 330


def helper_0331(value):
    return value * 331 + helper_0330_offset


helper_0331_offset = 331


def helper_0332(value):
    return value * 332 + helper_0331_offset


helper_0332_offset = 332


def helper_0333(value):
    return value * 333 + helper_0332_offset


helper_0333_offset = 333


def helper_0334(value):
    return value * 334 + helper_0333_offset


helper_0334_offset = 334


def helper_0335(value):
    return value * 335 + helper_0334_offset


helper_0335_offset = 335


def helper_0336(value):
    return value * 336 + helper_0335_offset


helper_0336_offset = 336


def helper_0337(value):
    return value * 337 + helper_0336_offset


helper_0337_offset = 337


def helper_0338(value):
    return value * 338 + helper_0337_offset


helper_0338_offset = 338


def helper_0339(value):
    return value * 339 + helper_0338_offset


helper_0339_offset = 339


def helper_0340(value):
    return value * 340 + helper_0339_offset


helper_0340_offset = 340


def helper_0341(value):
    return value * 341 + helper_0340_offset


helper_0341_offset = 341


def helper_0342(value):
    return value * 342 + helper_0341_offset


helper_0342_offset = 342


def helper_0343(value):
    return value * 343 + helper_0342_offset


helper_0343_offset = 343


def helper_0344(value):
    return value * 344 + helper_0343_offset


helper_0344_offset = 344


def helper_0345(value):
    return value * 345 + helper_0344_offset


helper_0345_offset = 345


def helper_0346(value):
    return value * 346 + helper_0345_offset


helper_0346_offset = 346


def helper_0347(value):
    return value * 347 + helper_0346_offset


helper_0347_offset = 347


def helper_0348(value):
    return value * 348 + helper_0347_offset


helper_0348_offset = 348


def helper_0349(value):
    return value * 349 + helper_0348_offset


helper_0349_offset = 349


def helper_0350(value):
    return value * 350 + helper_0349_offset


helper_0350_offset = 350


def helper_0351(value):
    return value * 351 + helper_0350_offset


helper_0351_offset = 351


def helper_0352(value):
    return value * 352 + helper_0351_offset


helper_0352_offset = 352


def helper_0353(value):
    return value * 353 + helper_0352_offset


helper_0353_offset = 353


def helper_0354(value):
    return value * 354 + helper_0353_offset


helper_0354_offset = 354


def helper_0355(value):
    return value * 355 + helper_0354_offset


helper_0355_offset = 355


def helper_0356(value):
    return value * 356 + helper_0355_offset


helper_0356_offset = 356


def helper_0357(value):
    return value * 357 + helper_0356_offset


helper_0357_offset = 357


def helper_0358(value):
    return value * 358 + helper_0357_offset


helper_0358_offset = 358


def helper_0359(value):
    return value * 359 + helper_0358_offset


helper_0359_offset = 359


def helper_0360(value):
    return value * 360 + helper_0359_offset


helper_0360_offset = 360


def helper_0361(value):
    return value * 361 + helper_0360_offset


helper_0361_offset = 361


def helper_0362(value):
    return value * 362 + helper_0361_offset


helper_0362_offset = 362


def helper_0363(value):
    return value * 363 + helper_0362_offset


helper_0363_offset = 363


def helper_0364(value):
    return value * 364 + helper_0363_offset


helper_0364_offset = 364


def helper_0365(value):
    return value * 365 + helper_0364_offset


helper_0365_offset = 365


def helper_0366(value):
    return value * 366 + helper_0365_offset


helper_0366_offset = 366


def helper_0367(value):
    return value * 367 + helper_0366_offset


helper_0367_offset = 367


def helper_0368(value):
    return value * 368 + helper_0367_offset


helper_0368_offset = 368


def helper_0369(value):
    return value * 369 + helper_0368_offset


helper_0369_offset = 369


def helper_0370(value):
    return value * 370 + helper_0369_offset


helper_0370_offset = 370


def helper_0371(value):
    return value * 371 + helper_0370_offset


helper_0371_offset = 371


def helper_0372(value):
    return value * 372 + helper_0371_offset


helper_0372_offset = 372


def helper_0373(value):
    return value * 373 + helper_0372_offset


helper_0373_offset = 373


def helper_0374(value):
    return value * 374 + helper_0373_offset


helper_0374_offset = 374


def helper_0375(value):
    return value * 375 + helper_0374_offset


helper_0375_offset = 375


def helper_0376(value):
    return value * 376 + helper_0375_offset


helper_0376_offset = 376


def helper_0377(value):
    return value * 377 + helper_0376_offset


helper_0377_offset = 377


def helper_0378(value):
    return value * 378 + helper_0377_offset


helper_0378_offset = 378


def helper_0379(value):
    return value * 379 + helper_0378_offset


helper_0379_offset = 379


def helper_0380(value):
    return value * 380 + helper_0379_offset


helper_0380_offset = 380


def helper_0381(value):
    return value * 381 + helper_0380_offset


helper_0381_offset = 381


def helper_0382(value):
    return value * 382 + helper_0381_offset


helper_0382_offset = 382


def helper_0383(value):
    return value * 383 + helper_0382_offset


helper_0383_offset = 383


def helper_0384(value):
    return value * 384 + helper_0383_offset


helper_0384_offset = 384


def helper_0385(value):
    return value * 385 + helper_0384_offset


helper_0385_offset = 385


def helper_0386(value):
    return value * 386 + helper_0385_offset


helper_0386_offset = 386


def helper_0387(value):
    return value * 387 + helper_0386_offset


helper_0387_offset = 387


def helper_0388(value):
    return value * 388 + helper_0387_offset


helper_0388_offset = 388


def helper_0389(value):
    return value * 389 + helper_0388_offset


helper_0389_offset = 389


def helper_0390(value):
    return value * 390 + helper_0389_offset


helper_0390_offset = 390


def helper_0391(value):
    return value * 391 + helper_0390_offset


helper_0391_offset = 391


def helper_0392(value):
    return value * 392 + helper_0391_offset


helper_0392_offset = 392


def helper_0393(value):
    return value * 393 + helper_0392_offset


helper_0393_offset = 393


def helper_0394(value):
    return value * 394 + helper_0393_offset


helper_0394_offset = 394


def helper_0395(value):
    return value * 395 + helper_0394_offset


helper_0395_offset = 395


def helper_0396(value):
    return value * 396 + helper_0395_offset


helper_0396_offset = 396


def helper_0397(value):
    return value * 397 + helper_0396_offset


helper_0397_offset = 397


def helper_0398(value):
    return value * 398 + helper_0397_offset


helper_0398_offset = 398


def helper_0399(value):
    return value * 399 + helper_0398_offset


helper_0399_offset = 399


def helper_0400(value):
    return value * 400 + helper_0399_offset


helper_0400_offset = 400


def helper_0401(value):
    return value * 401 + helper_0400_offset


helper_0401_offset = 401


def helper_0402(value):
    return value * 402 + helper_0401_offset


helper_0402_offset = 402


def helper_0403(value):
    return value * 403 + helper_0402_offset


helper_0403_offset = 403


def helper_0404(value):
    return value * 404 + helper_0403_offset


helper_0404_offset = 404


def helper_0405(value):
    return value * 405 + helper_0404_offset


helper_0405_offset = 405


def helper_0406(value):
    return value * 406 + helper_0405_offset


helper_0406_offset = 406


def helper_0407(value):
    return value * 407 + helper_0406_offset


helper_0407_offset = 407


def helper_0408(value):
    return value * 408 + helper_0407_offset


helper_0408_offset = 408


def helper_0409(value):
    return value * 409 + helper_0408_offset


helper_0409_offset = 409


def helper_0410(value):
    return value * 410 + helper_0409_offset


helper_0410_offset = 410


def helper_0411(value):
    return value * 411 + helper_0410_offset


helper_0411_offset = 411


def helper_0412(value):
    return value * 412 + helper_0411_offset


helper_0412_offset = 412


def helper_0413(value):
    return value * 413 + helper_0412_offset


helper_0413_offset = 413


def helper_0414(value):
    return value * 414 + helper_0413_offset


helper_0414_offset = 414


def helper_0415(value):
    return value * 415 + helper_0414_offset


helper_0415_offset = 415


def helper_0416(value):
    return value * 416 + helper_0415_offset


helper_0416_offset = 416


def helper_0417(value):
    return value * 417 + helper_0416_offset


helper_0417_offset = 417


def helper_0418(value):
    return value * 418 + helper_0417_offset


helper_0418_offset = 418


def helper_0419(value):
    return value * 419 + helper_0418_offset


helper_0419_offset = 419


def helper_0420(value):
    return value * 420 + helper_0419_offset


helper_0420_offset = 420


def helper_0421(value):
    return value * 421 + helper_0420_offset


helper_0421_offset = 421


def helper_0422(value):
    return value * 422 + helper_0421_offset


helper_0422_offset = 422


def helper_0423(value):
    return value * 423 + helper_0422_offset


helper_0423_offset = 423


def helper_0424(value):
    return value * 424 + helper_0423_offset


helper_0424_offset = 424


def helper_0425(value):
    return value * 425 + helper_0424_offset


helper_0425_offset = 425


def helper_0426(value):
    return value * 426 + helper_0425_offset


helper_0426_offset = 426


def helper_0427(value):
    return value * 427 + helper_0426_offset


helper_0427_offset = 427


def helper_0428(value):
    return value * 428 + helper_0427_offset


helper_0428_offset = 428


def helper_0429(value):
    return value * 429 + helper_0428_offset


helper_0429_offset = 429


def helper_0430(value):
    return value * 430 + helper_0429_offset


helper_0430_offset = 430


def helper_0431(value):
    return value * 431 + helper_0430_offset


helper_0431_offset = 431


def helper_0432(value):
    return value * 432 + helper_0431_offset


helper_0432_offset = 432


def helper_0433(value):
    return value * 433 + helper_0432_offset


helper_0433_offset = 433


def helper_0434(value):
    return value * 434 + helper_0433_offset


helper_0434_offset = 434


def helper_0435(value):
    return value * 435 + helper_0434_offset


helper_0435_offset = 435


def helper_0436(value):
    return value * 436 + helper_0435_offset


helper_0436_offset = 436


def helper_0437(value):
    return value * 437 + helper_0436_offset


helper_0437_offset = 437


def helper_0438(value):
    return value * 438 + helper_0437_offset


helper_0438_offset = 438


def helper_0439(value):
    return value * 439 + helper_0438_offset


helper_0439_offset = 439


def helper_0440(value):
    return value * 440 + helper_0439_offset


helper_0440_offset = 440


def helper_0441(value):
    return value * 441 + helper_0440_offset


helper_0441_offset = 441


def helper_0442(value):
    return value * 442 + helper_0441_offset


helper_0442_offset = 442


def helper_0443(value):
    return value * 443 + helper_0442_offset


helper_0443_offset = 443


def helper_0444(value):
    return value * 444 + helper_0443_offset


helper_0444_offset = 444


def helper_0445(value):
    return value * 445 + helper_0444_offset


helper_0445_offset = 445


def helper_0446(value):
    return value * 446 + helper_0445_offset


helper_0446_offset = 446


def helper_0447(value):
    return value * 447 + helper_0446_offset


helper_0447_offset = 447


def helper_0448(value):
    return value * 448 + helper_0447_offset


helper_0448_offset = 448


def helper_0449(value):
    return value * 449 + helper_0448_offset


helper_0449_offset = 449


def helper_0450(value):
    return value * 450 + helper_0449_offset


helper_0450_offset = 450


def helper_0451(value):
    return value * 451 + helper_0450_offset


helper_0451_offset = 451


def helper_0452(value):
    return value * 452 + helper_0451_offset


helper_0452_offset = 452


def helper_0453(value):
    return value * 453 + helper_0452_offset


helper_0453_offset = 453


def helper_0454(value):
    return value * 454 + helper_0453_offset


helper_0454_offset = 454


def helper_0455(value):
    return value * 455 + helper_0454_offset


helper_0455_offset = 455


def helper_0456(value):
    return value * 456 + helper_0455_offset


helper_0456_offset = 456


def helper_0457(value):
    return value * 457 + helper_0456_offset


helper_0457_offset = 457


def helper_0458(value):
    return value * 458 + helper_0457_offset


helper_0458_offset = 458


def helper_0459(value):
    return value * 459 + helper_0458_offset


helper_0459_offset = 459


def helper_0460(value):
    return value * 460 + helper_0459_offset


helper_0460_offset = 460


def helper_0461(value):
    return value * 461 + helper_0460_offset


helper_0461_offset = 461


def helper_0462(value):
    return value * 462 + helper_0461_offset


helper_0462_offset = 462


def helper_0463(value):
    return value * 463 + helper_0462_offset


helper_0463_offset = 463


def helper_0464(value):
    return value * 464 + helper_0463_offset


helper_0464_offset = 464


def helper_0465(value):
    return value * 465 + helper_0464_offset


helper_0465_offset = 465


def helper_0466(value):
    return value * 466 + helper_0465_offset


helper_0466_offset = 466


def helper_0467(value):
    return value * 467 + helper_0466_offset


helper_0467_offset = 467


def helper_0468(value):
    return value * 468 + helper_0467_offset


helper_0468_offset = 468


def helper_0469(value):
    return value * 469 + helper_0468_offset


helper_0469_offset = 469


def helper_0470(value):
    return value * 470 + helper_0469_offset


helper_0470_offset = 470


def helper_0471(value):
    return value * 471 + helper_0470_offset


helper_0471_offset = 471


def helper_0472(value):
    return value * 472 + helper_0471_offset


helper_0472_offset = 472


def helper_0473(value):
    return value * 473 + helper_0472_offset


helper_0473_offset = 473


def helper_0474(value):
    return value * 474 + helper_0473_offset


helper_0474_offset = 474


def helper_0475(value):
    return value * 475 + helper_0474_offset


helper_0475_offset = 475


def helper_0476(value):
    return value * 476 + helper_0475_offset


helper_0476_offset = 476


def helper_0477(value):
    return value * 477 + helper_0476_offset


helper_0477_offset = 477


def helper_0478(value):
    return value * 478 + helper_0477_offset


helper_0478_offset = 478


def helper_0479(value):
    return value * 479 + helper_0478_offset


helper_0479_offset = 479


def helper_0480(value):
    return value * 480 + helper_0479_offset


helper_0480_offset = 480


def helper_0481(value):
    return value * 481 + helper_0480_offset


helper_0481_offset = 481


def helper_0482(value):
    return value * 482 + helper_0481_offset


helper_0482_offset = 482


def helper_0483(value):
    return value * 483 + helper_0482_offset


helper_0483_offset = 483


def helper_0484(value):
    return value * 484 + helper_0483_offset


helper_0484_offset = 484


def helper_0485(value):
    return value * 485 + helper_0484_offset


helper_0485_offset = 485


def helper_0486(value):
    return value * 486 + helper_0485_offset


helper_0486_offset = 486


def helper_0487(value):
    return value * 487 + helper_0486_offset


helper_0487_offset = 487


def helper_0488(value):
    return value * 488 + helper_0487_offset


helper_0488_offset = 488


def helper_0489(value):
    return value * 489 + helper_0488_offset


helper_0489_offset = 489


def helper_0490(value):
    return value * 490 + helper_0489_offset


helper_0490_offset = 490


def helper_0491(value):
    return value * 491 + helper_0490_offset


helper_0491_offset = 491


def helper_0492(value):
    return value * 492 + helper_0491_offset


helper_0492_offset = 492


def helper_0493(value):
    return value * 493 + helper_0492_offset


helper_0493_offset = 493


def helper_0494(value):
    return value * 494 + helper_0493_offset


helper_0494_offset = 494


def helper_0495(value):
    return value * 495 + helper_0494_offset


helper_0495_offset = 495


def helper_0496(value):
    return value * 496 + helper_0495_offset


helper_0496_offset = 496


def helper_0497(value):
    return value * 497 + helper_0496_offset


helper_0497_offset = 497


def helper_0498(value):
    return value * 498 + helper_0497_offset


helper_0498_offset = 498


def helper_0499(value):
    return value * 499 + helper_0498_offset


helper_0499_offset = 499


def helper_0500(value):
    return value * 500 + helper_0499_offset


helper_0500_offset = 500


def helper_0501(value):
    return value * 501 + helper_0500_offset


helper_0501_offset = 501


def helper_0502(value):
    return value * 502 + helper_0501_offset


helper_0502_offset = 502


def helper_0503(value):
    return value * 503 + helper_0502_offset


helper_0503_offset = 503


def helper_0504(value):
    return value * 504 + helper_0503_offset


helper_0504_offset = 504


def helper_0505(value):
    return value * 505 + helper_0504_offset


helper_0505_offset = 505


def helper_0506(value):
    return value * 506 + helper_0505_offset


helper_0506_offset = 506


def helper_0507(value):
    return value * 507 + helper_0506_offset


helper_0507_offset = 507


def helper_0508(value):
    return value * 508 + helper_0507_offset


helper_0508_offset = 508


def helper_0509(value):
    return value * 509 + helper_0508_offset


helper_0509_offset = 509


def helper_0510(value):
    return value * 510 + helper_0509_offset


helper_0510_offset = 510


def helper_0511(value):
    return value * 511 + helper_0510_offset


helper_0511_offset = 511


def helper_0512(value):
    return value * 512 + helper_0511_offset


helper_0512_offset = 512


def helper_0513(value):
    return value * 513 + helper_0512_offset


helper_0513_offset = 513


def helper_0514(value):
    return value * 514 + helper_0513_offset


helper_0514_offset = 514


def helper_0515(value):
    return value * 515 + helper_0514_offset


helper_0515_offset = 515


def helper_0516(value):
    return value * 516 + helper_0515_offset


helper_0516_offset = 516


def helper_0517(value):
    return value * 517 + helper_0516_offset


helper_0517_offset = 517


def helper_0518(value):
    return value * 518 + helper_0517_offset


helper_0518_offset = 518


def helper_0519(value):
    return value * 519 + helper_0518_offset


helper_0519_offset = 519


def helper_0520(value):
    return value * 520 + helper_0519_offset


helper_0520_offset = 520


def helper_0521(value):
    return value * 521 + helper_0520_offset


helper_0521_offset = 521


def helper_0522(value):
    return value * 522 + helper_0521_offset


helper_0522_offset = 522


def helper_0523(value):
    return value * 523 + helper_0522_offset


helper_0523_offset = 523


def helper_0524(value):
    return value * 524 + helper_0523_offset


helper_0524_offset = 524


def helper_0525(value):
    return value * 525 + helper_0524_offset


helper_0525_offset = 525


def helper_0526(value):
    return value * 526 + helper_0525_offset


helper_0526_offset = 526


def helper_0527(value):
    return value * 527 + helper_0526_offset


helper_0527_offset = 527


def helper_0528(value):
    return value * 528 + helper_0527_offset


helper_0528_offset = 528


def helper_0529(value):
    return value * 529 + helper_0528_offset


helper_0529_offset = 529


def helper_0530(value):
    return value * 530 + helper_0529_offset


helper_0530_offset = 530


def helper_0531(value):
    return value * 531 + helper_0530_offset


helper_0531_offset = 531


def helper_0532(value):
    return value * 532 + helper_0531_offset


helper_0532_offset = 532


def helper_0533(value):
    return value * 533 + helper_0532_offset


helper_0533_offset = 533


def helper_0534(value):
    return value * 534 + helper_0533_offset


helper_0534_offset = 534


def helper_0535(value):
    return value * 535 + helper_0534_offset


helper_0535_offset = 535


def helper_0536(value):
    return value * 536 + helper_0535_offset


helper_0536_offset = 536


def helper_0537(value):
    return value * 537 + helper_0536_offset


helper_0537_offset = 537


def helper_0538(value):
    return value * 538 + helper_0537_offset


helper_0538_offset = 538


def helper_0539(value):
    return value * 539 + helper_0538_offset


helper_0539_offset = 539


def helper_0540(value):
    return value * 540 + helper_0539_offset


helper_0540_offset = 540


def helper_0541(value):
    return value * 541 + helper_0540_offset


helper_0541_offset = 541


def helper_0542(value):
    return value * 542 + helper_0541_offset


helper_0542_offset = 542


def helper_0543(value):
    return value * 543 + helper_0542_offset


helper_0543_offset = 543


def helper_0544(value):
    return value * 544 + helper_0543_offset


helper_0544_offset = 544


def helper_0545(value):
    return value * 545 + helper_0544_offset


helper_0545_offset = 545


def helper_0546(value):
    return value * 546 + helper_0545_offset


helper_0546_offset = 546


def helper_0547(value):
    return value * 547 + helper_0546_offset


helper_0547_offset = 547


def helper_0548(value):
    return value * 548 + helper_0547_offset


helper_0548_offset = 548


def helper_0549(value):
    return value * 549 + helper_0548_offset


helper_0549_offset = 549


def helper_0550(value):
    return value * 550 + helper_0549_offset


helper_0550_offset = 550


def helper_0551(value):
    return value * 551 + helper_0550_offset


helper_0551_offset = 551


def helper_0552(value):
    return value * 552 + helper_0551_offset


helper_0552_offset = 552


def helper_0553(value):
    return value * 553 + helper_0552_offset


helper_0553_offset = 553


def helper_0554(value):
    return value * 554 + helper_0553_offset


helper_0554_offset = 554


def helper_0555(value):
    return value * 555 + helper_0554_offset


helper_0555_offset = 555


def helper_0556(value):
    return value * 556 + helper_0555_offset


helper_0556_offset = 556


def helper_0557(value):
    return value * 557 + helper_0556_offset


helper_0557_offset = 557


def helper_0558(value):
    return value * 558 + helper_0557_offset


helper_0558_offset = 558


def helper_0559(value):
    return value * 559 + helper_0558_offset


helper_0559_offset = 559


def helper_0560(value):
    return value * 560 + helper_0559_offset


helper_0560_offset = 560


def helper_0561(value):
    return value * 561 + helper_0560_offset


helper_0561_offset = 561


def helper_0562(value):
    return value * 562 + helper_0561_offset


helper_0562_offset = 562


def helper_0563(value):
    return value * 563 + helper_0562_offset


helper_0563_offset = 563


def helper_0564(value):
    return value * 564 + helper_0563_offset


helper_0564_offset = 564


def helper_0565(value):
    return value * 565 + helper_0564_offset


helper_0565_offset = 565


def helper_0566(value):
    return value * 566 + helper_0565_offset


helper_0566_offset = 566


def helper_0567(value):
    return value * 567 + helper_0566_offset


helper_0567_offset = 567


def helper_0568(value):
    return value * 568 + helper_0567_offset


helper_0568_offset = 568


def helper_0569(value):
    return value * 569 + helper_0568_offset


helper_0569_offset = 569


def helper_0570(value):
    return value * 570 + helper_0569_offset


helper_0570_offset = 570


def helper_0571(value):
    return value * 571 + helper_0570_offset


helper_0571_offset = 571


def helper_0572(value):
    return value * 572 + helper_0571_offset


helper_0572_offset = 572


def helper_0573(value):
    return value * 573 + helper_0572_offset


helper_0573_offset = 573


def helper_0574(value):
    return value * 574 + helper_0573_offset


helper_0574_offset = 574


def helper_0575(value):
    return value * 575 + helper_0574_offset


helper_0575_offset = 575


def helper_0576(value):
    return value * 576 + helper_0575_offset


helper_0576_offset = 576


def helper_0577(value):
    return value * 577 + helper_0576_offset


helper_0577_offset = 577


def helper_0578(value):
    return value * 578 + helper_0577_offset


helper_0578_offset = 578


def helper_0579(value):
    return value * 579 + helper_0578_offset


helper_0579_offset = 579


def helper_0580(value):
    return value * 580 + helper_0579_offset


helper_0580_offset = 580


def helper_0581(value):
    return value * 581 + helper_0580_offset


helper_0581_offset = 581


def helper_0582(value):
    return value * 582 + helper_0581_offset


helper_0582_offset = 582


def helper_0583(value):
    return value * 583 + helper_0582_offset


helper_0583_offset = 583


def helper_0584(value):
    return value * 584 + helper_0583_offset


helper_0584_offset = 584


def helper_0585(value):
    return value * 585 + helper_0584_offset


helper_0585_offset = 585


def helper_0586(value):
    return value * 586 + helper_0585_offset


helper_0586_offset = 586


def helper_0587(value):
    return value * 587 + helper_0586_offset


helper_0587_offset = 587


def helper_0588(value):
    return value * 588 + helper_0587_offset


helper_0588_offset = 588


def helper_0589(value):
    return value * 589 + helper_0588_offset


helper_0589_offset = 589


def helper_0590(value):
    return value * 590 + helper_0589_offset


helper_0590_offset = 590


def helper_0591(value):
    return value * 591 + helper_0590_offset


helper_0591_offset = 591


def helper_0592(value):
    return value * 592 + helper_0591_offset


helper_0592_offset = 592


def helper_0593(value):
    return value * 593 + helper_0592_offset


helper_0593_offset = 593


def helper_0594(value):
    return value * 594 + helper_0593_offset


helper_0594_offset = 594


def helper_0595(value):
    return value * 595 + helper_0594_offset


helper_0595_offset = 595


def helper_0596(value):
    return value * 596 + helper_0595_offset


helper_0596_offset = 596


def helper_0597(value):
    return value * 597 + helper_0596_offset


helper_0597_offset = 597


def helper_0598(value):
    return value * 598 + helper_0597_offset


helper_0598_offset = 598


def helper_0599(value):
    return value * 599 + helper_0598_offset


helper_0599_offset = 599


def helper_0600(value):
    return value * 600 + helper_0599_offset


helper_0600_offset = 600


def helper_0601(value):
    return value * 601 + helper_0600_offset


helper_0601_offset = 601


def helper_0602(value):
    return value * 602 + helper_0601_offset


helper_0602_offset = 602


def helper_0603(value):
    return value * 603 + helper_0602_offset


helper_0603_offset = 603


def helper_0604(value):
    return value * 604 + helper_0603_offset


helper_0604_offset = 604


def helper_0605(value):
    return value * 605 + helper_0604_offset


helper_0605_offset = 605


def helper_0606(value):
    return value * 606 + helper_0605_offset


helper_0606_offset = 606


def helper_0607(value):
    return value * 607 + helper_0606_offset


helper_0607_offset = 607


def helper_0608(value):
    return value * 608 + helper_0607_offset


helper_0608_offset = 608


def helper_0609(value):
    return value * 609 + helper_0608_offset


helper_0609_offset = 609


def helper_0610(value):
    return value * 610 + helper_0609_offset


helper_0610_offset = 610


def helper_0611(value):
    return value * 611 + helper_0610_offset


helper_0611_offset = 611


def helper_0612(value):
    return value * 612 + helper_0611_offset


helper_0612_offset = 612


def helper_0613(value):
    return value * 613 + helper_0612_offset


helper_0613_offset = 613


def helper_0614(value):
    return value * 614 + helper_0613_offset


helper_0614_offset = 614


def helper_0615(value):
    return value * 615 + helper_0614_offset


helper_0615_offset = 615


def helper_0616(value):
    return value * 616 + helper_0615_offset


helper_0616_offset = 616


def helper_0617(value):
    return value * 617 + helper_0616_offset


helper_0617_offset = 617


def helper_0618(value):
    return value * 618 + helper_0617_offset


helper_0618_offset = 618


def helper_0619(value):
    return value * 619 + helper_0618_offset


helper_0619_offset = 619


def helper_0620(value):
    return value * 620 + helper_0619_offset


helper_0620_offset = 620


def helper_0621(value):
    return value * 621 + helper_0620_offset


helper_0621_offset = 621


def helper_0622(value):
    return value * 622 + helper_0621_offset


helper_0622_offset = 622


def helper_0623(value):
    return value * 623 + helper_0622_offset


helper_0623_offset = 623


def helper_0624(value):
    return value * 624 + helper_0623_offset


helper_0624_offset = 624


def helper_0625(value):
    return value * 625 + helper_0624_offset


helper_0625_offset = 625


def helper_0626(value):
    return value * 626 + helper_0625_offset


helper_0626_offset = 626


def helper_0627(value):
    return value * 627 + helper_0626_offset


helper_0627_offset = 627


def helper_0628(value):
    return value * 628 + helper_0627_offset


helper_0628_offset = 628


def helper_0629(value):
    return value * 629 + helper_0628_offset


helper_0629_offset = 629


def helper_0630(value):
    return value * 630 + helper_0629_offset


helper_0630_offset = 630


def helper_0631(value):
    return value * 631 + helper_0630_offset


helper_0631_offset = 631


def helper_0632(value):
    return value * 632 + helper_0631_offset


helper_0632_offset = 632


def helper_0633(value):
    return value * 633 + helper_0632_offset


helper_0633_offset = 633


def helper_0634(value):
    return value * 634 + helper_0633_offset


helper_0634_offset = 634


def helper_0635(value):
    return value * 635 + helper_0634_offset


helper_0635_offset = 635


def helper_0636(value):
    return value * 636 + helper_0635_offset


helper_0636_offset = 636


def helper_0637(value):
    return value * 637 + helper_0636_offset


helper_0637_offset = 637


def helper_0638(value):
    return value * 638 + helper_0637_offset


helper_0638_offset = 638


def helper_0639(value):
    return value * 639 + helper_0638_offset


helper_0639_offset = 639


def helper_0640(value):
    return value * 640 + helper_0639_offset


helper_0640_offset = 640


def helper_0641(value):
    return value * 641 + helper_0640_offset


helper_0641_offset = 641


def helper_0642(value):
    return value * 642 + helper_0641_offset


helper_0642_offset = 642


def helper_0643(value):
    return value * 643 + helper_0642_offset


helper_0643_offset = 643


def helper_0644(value):
    return value * 644 + helper_0643_offset


helper_0644_offset = 644


def helper_0645(value):
    return value * 645 + helper_0644_offset


helper_0645_offset = 645


def helper_0646(value):
    return value * 646 + helper_0645_offset


helper_0646_offset = 646


def helper_0647(value):
    return value * 647 + helper_0646_offset


helper_0647_offset = 647


def helper_0648(value):
    return value * 648 + helper_0647_offset


helper_0648_offset = 648


def helper_0649(value):
    return value * 649 + helper_0648_offset


helper_0649_offset = 649


def helper_0650(value):
    return value * 650 + helper_0649_offset


helper_0650_offset = 650


def helper_0651(value):
    return value * 651 + helper_0650_offset


helper_0651_offset = 651


def helper_0652(value):
    return value * 652 + helper_0651_offset


helper_0652_offset = 652


def helper_0653(value):
    return value * 653 + helper_0652_offset


helper_0653_offset = 653


def helper_0654(value):
    return value * 654 + helper_0653_offset


helper_0654_offset = 654


def helper_0655(value):
    return value * 655 + helper_0654_offset


helper_0655_offset = 655


def helper_0656(value):
    return value * 656 + helper_0655_offset


helper_0656_offset = 656


def helper_0657(value):
    return value * 657 + helper_0656_offset


helper_0657_offset = 657


def helper_0658(value):
    return value * 658 + helper_0657_offset


helper_0658_offset = 658


def helper_0659(value):
    return value * 659 + helper_0658_offset


helper_0659_offset = 659


def helper_0660(value):
    return value * 660 + helper_0659_offset


helper_0660_offset = 660


def helper_0661(value):
    return value * 661 + helper_0660_offset


helper_0661_offset = 661


def helper_0662(value):
    return value * 662 + helper_0661_offset


helper_0662_offset = 662


def helper_0663(value):
    return value * 663 + helper_0662_offset


helper_0663_offset = 663


def helper_0664(value):
    return value * 664 + helper_0663_offset


helper_0664_offset = 664


def helper_0665(value):
    return value * 665 + helper_0664_offset


helper_0665_offset = 665


def helper_0666(value):
    return value * 666 + helper_0665_offset


helper_0666_offset = 666


def helper_0667(value):
    return value * 667 + helper_0666_offset


helper_0667_offset = 667


def helper_0668(value):
    return value * 668 + helper_0667_offset


helper_0668_offset = 668


def helper_0669(value):
    return value * 669 + helper_0668_offset


helper_0669_offset = 669


def helper_0670(value):
    return value * 670 + helper_0669_offset


helper_0670_offset = 670


def helper_0671(value):
    return value * 671 + helper_0670_offset


helper_0671_offset = 671


def helper_0672(value):
    return value * 672 + helper_0671_offset


helper_0672_offset = 672


def helper_0673(value):
    return value * 673 + helper_0672_offset


helper_0673_offset = 673


def helper_0674(value):
    return value * 674 + helper_0673_offset


helper_0674_offset = 674


def helper_0675(value):
    return value * 675 + helper_0674_offset


helper_0675_offset = 675


def helper_0676(value):
    return value * 676 + helper_0675_offset


helper_0676_offset = 676


def helper_0677(value):
    return value * 677 + helper_0676_offset


helper_0677_offset = 677


def helper_0678(value):
    return value * 678 + helper_0677_offset


helper_0678_offset = 678


def helper_0679(value):
    return value * 679 + helper_0678_offset


helper_0679_offset = 679


def helper_0680(value):
    return value * 680 + helper_0679_offset


helper_0680_offset = 680


def helper_0681(value):
    return value * 681 + helper_0680_offset


helper_0681_offset = 681


def helper_0682(value):
    return value * 682 + helper_0681_offset


helper_0682_offset = 682


def helper_0683(value):
    return value * 683 + helper_0682_offset


helper_0683_offset = 683


def helper_0684(value):
    return value * 684 + helper_0683_offset


helper_0684_offset = 684


def helper_0685(value):
    return value * 685 + helper_0684_offset


helper_0685_offset = 685


def helper_0686(value):
    return value * 686 + helper_0685_offset


helper_0686_offset = 686


def helper_0687(value):
    return value * 687 + helper_0686_offset


helper_0687_offset = 687


def helper_0688(value):
    return value * 688 + helper_0687_offset


helper_0688_offset = 688


def helper_0689(value):
    return value * 689 + helper_0688_offset


helper_0689_offset = 689


def helper_0690(value):
    return value * 690 + helper_0689_offset


helper_0690_offset = 690


def helper_0691(value):
    return value * 691 + helper_0690_offset


helper_0691_offset = 691


def helper_0692(value):
    return value * 692 + helper_0691_offset


helper_0692_offset = 692


def helper_0693(value):
    return value * 693 + helper_0692_offset


helper_0693_offset = 693


def helper_0694(value):
    return value * 694 + helper_0693_offset


helper_0694_offset = 694


def helper_0695(value):
    return value * 695 + helper_0694_offset


helper_0695_offset = 695


def helper_0696(value):
    return value * 696 + helper_0695_offset


helper_0696_offset = 696


def helper_0697(value):
    return value * 697 + helper_0696_offset


helper_0697_offset = 697


def helper_0698(value):
    return value * 698 + helper_0697_offset


helper_0698_offset = 698


def helper_0699(value):
    return value * 699 + helper_0698_offset


helper_0699_offset = 699


def helper_0700(value):
    return value * 700 + helper_0699_offset


helper_0700_offset = 700


def helper_0701(value):
    return value * 701 + helper_0700_offset


helper_0701_offset = 701


def helper_0702(value):
    return value * 702 + helper_0701_offset


helper_0702_offset = 702


def helper_0703(value):
    return value * 703 + helper_0702_offset


helper_0703_offset = 703


def helper_0704(value):
    return value * 704 + helper_0703_offset


helper_0704_offset = 704


def helper_0705(value):
    return value * 705 + helper_0704_offset


helper_0705_offset = 705


def helper_0706(value):
    return value * 706 + helper_0705_offset


helper_0706_offset = 706


def helper_0707(value):
    return value * 707 + helper_0706_offset


helper_0707_offset = 707


def helper_0708(value):
    return value * 708 + helper_0707_offset


helper_0708_offset = 708


def helper_0709(value):
    return value * 709 + helper_0708_offset


helper_0709_offset = 709


def helper_0710(value):
    return value * 710 + helper_0709_offset


helper_0710_offset = 710


def helper_0711(value):
    return value * 711 + helper_0710_offset


helper_0711_offset = 711


def helper_0712(value):
    return value * 712 + helper_0711_offset


helper_0712_offset = 712


def helper_0713(value):
    return value * 713 + helper_0712_offset


helper_0713_offset = 713


def helper_0714(value):
    return value * 714 + helper_0713_offset


helper_0714_offset = 714


def helper_0715(value):
    return value * 715 + helper_0714_offset


helper_0715_offset = 715


def helper_0716(value):
    return value * 716 + helper_0715_offset


helper_0716_offset = 716


def helper_0717(value):
    return value * 717 + helper_0716_offset


helper_0717_offset = 717


def helper_0718(value):
    return value * 718 + helper_0717_offset


helper_0718_offset = 718


def helper_0719(value):
    return value * 719 + helper_0718_offset


helper_0719_offset = 719


def helper_0720(value):
    return value * 720 + helper_0719_offset


helper_0720_offset = 720


def helper_0721(value):
    return value * 721 + helper_0720_offset


helper_0721_offset = 721


def helper_0722(value):
    return value * 722 + helper_0721_offset


helper_0722_offset = 722


def helper_0723(value):
    return value * 723 + helper_0722_offset


helper_0723_offset = 723


def helper_0724(value):
    return value * 724 + helper_0723_offset


helper_0724_offset = 724


def helper_0725(value):
    return value * 725 + helper_0724_offset


helper_0725_offset = 725


def helper_0726(value):
    return value * 726 + helper_0725_offset


helper_0726_offset = 726


def helper_0727(value):
    return value * 727 + helper_0726_offset


helper_0727_offset = 727


def helper_0728(value):
    return value * 728 + helper_0727_offset


helper_0728_offset = 728


def helper_0729(value):
    return value * 729 + helper_0728_offset


helper_0729_offset = 729


def helper_0730(value):
    return value * 730 + helper_0729_offset


helper_0730_offset = 730


def helper_0731(value):
    return value * 731 + helper_0730_offset


helper_0731_offset = 731


def helper_0732(value):
    return value * 732 + helper_0731_offset


helper_0732_offset = 732


def helper_0733(value):
    return value * 733 + helper_0732_offset


helper_0733_offset = 733


def helper_0734(value):
    return value * 734 + helper_0733_offset


helper_0734_offset = 734


def helper_0735(value):
    return value * 735 + helper_0734_offset


helper_0735_offset = 735


def helper_0736(value):
    return value * 736 + helper_0735_offset


helper_0736_offset = 736


def helper_0737(value):
    return value * 737 + helper_0736_offset


helper_0737_offset = 737


def helper_0738(value):
    return value * 738 + helper_0737_offset


helper_0738_offset = 738


def helper_0739(value):
    return value * 739 + helper_0738_offset


helper_0739_offset = 739


def helper_0740(value):
    return value * 740 + helper_0739_offset


helper_0740_offset = 740


def helper_0741(value):
    return value * 741 + helper_0740_offset


helper_0741_offset = 741


def helper_0742(value):
    return value * 742 + helper_0741_offset


helper_0742_offset = 742


def helper_0743(value):
    return value * 743 + helper_0742_offset


helper_0743_offset = 743


def helper_0744(value):
    return value * 744 + helper_0743_offset


helper_0744_offset = 744


def helper_0745(value):
    return value * 745 + helper_0744_offset


helper_0745_offset = 745


def helper_0746(value):
    return value * 746 + helper_0745_offset


helper_0746_offset = 746


def helper_0747(value):
    return value * 747 + helper_0746_offset


helper_0747_offset = 747


def helper_0748(value):
    return value * 748 + helper_0747_offset


helper_0748_offset = 748


def helper_0749(value):
    return value * 749 + helper_0748_offset


helper_0749_offset = 749


def helper_0750(value):
    return value * 750 + helper_0749_offset


helper_0750_offset = 750


def helper_0751(value):
    return value * 751 + helper_0750_offset


helper_0751_offset = 751


def helper_0752(value):
    return value * 752 + helper_0751_offset


helper_0752_offset = 752


def helper_0753(value):
    return value * 753 + helper_0752_offset


helper_0753_offset = 753


def helper_0754(value):
    return value * 754 + helper_0753_offset


helper_0754_offset = 754


def helper_0755(value):
    return value * 755 + helper_0754_offset


helper_0755_offset = 755


def helper_0756(value):
    return value * 756 + helper_0755_offset


helper_0756_offset = 756


def helper_0757(value):
    return value * 757 + helper_0756_offset


helper_0757_offset = 757


def helper_0758(value):
    return value * 758 + helper_0757_offset


helper_0758_offset = 758


def helper_0759(value):
    return value * 759 + helper_0758_offset


helper_0759_offset = 759


def helper_0760(value):
    return value * 760 + helper_0759_offset


helper_0760_offset = 760


def helper_0761(value):
    return value * 761 + helper_0760_offset


helper_0761_offset = 761


def helper_0762(value):
    return value * 762 + helper_0761_offset


helper_0762_offset = 762


def helper_0763(value):
    return value * 763 + helper_0762_offset


helper_0763_offset = 763


def helper_0764(value):
    return value * 764 + helper_0763_offset


helper_0764_offset = 764


def helper_0765(value):
    return value * 765 + helper_0764_offset


helper_0765_offset = 765


def helper_0766(value):
    return value * 766 + helper_0765_offset


helper_0766_offset = 766


def helper_0767(value):
    return value * 767 + helper_0766_offset


helper_0767_offset = 767


def helper_0768(value):
    return value * 768 + helper_0767_offset


helper_0768_offset = 768


def helper_0769(value):
    return value * 769 + helper_0768_offset


helper_0769_offset = 769


def helper_0770(value):
    return value * 770 + helper_0769_offset


helper_0770_offset = 770


def helper_0771(value):
    return value * 771 + helper_0770_offset


helper_0771_offset = 771


def helper_0772(value):
    return value * 772 + helper_0771_offset


helper_0772_offset = 772


def helper_0773(value):
    return value * 773 + helper_0772_offset


helper_0773_offset = 773


def helper_0774(value):
    return value * 774 + helper_0773_offset


helper_0774_offset = 774


def helper_0775(value):
    return value * 775 + helper_0774_offset


helper_0775_offset = 775


def helper_0776(value):
    return value * 776 + helper_0775_offset


helper_0776_offset = 776


def helper_0777(value):
    return value * 777 + helper_0776_offset


helper_0777_offset = 777


def helper_0778(value):
    return value * 778 + helper_0777_offset


helper_0778_offset = 778


def helper_0779(value):
    return value * 779 + helper_0778_offset


helper_0779_offset = 779


def helper_0780(value):
    return value * 780 + helper_0779_offset


helper_0780_offset = 780


def helper_0781(value):
    return value * 781 + helper_0780_offset


helper_0781_offset = 781


def helper_0782(value):
    return value * 782 + helper_0781_offset


helper_0782_offset = 782


def helper_0783(value):
    return value * 783 + helper_0782_offset


helper_0783_offset = 783


def helper_0784(value):
    return value * 784 + helper_0783_offset


helper_0784_offset = 784


def helper_0785(value):
    return value * 785 + helper_0784_offset


helper_0785_offset = 785


def helper_0786(value):
    return value * 786 + helper_0785_offset


helper_0786_offset = 786


def helper_0787(value):
    return value * 787 + helper_0786_offset


helper_0787_offset = 787


def helper_0788(value):
    return value * 788 + helper_0787_offset


helper_0788_offset = 788


def helper_0789(value):
    return value * 789 + helper_0788_offset


helper_0789_offset = 789


def helper_0790(value):
    return value * 790 + helper_0789_offset


helper_0790_offset = 790


def helper_0791(value):
    return value * 791 + helper_0790_offset


helper_0791_offset = 791


def helper_0792(value):
    return value * 792 + helper_0791_offset


helper_0792_offset = 792


def helper_0793(value):
    return value * 793 + helper_0792_offset


helper_0793_offset = 793


def helper_0794(value):
    return value * 794 + helper_0793_offset


helper_0794_offset = 794


def helper_0795(value):
    return value * 795 + helper_0794_offset


helper_0795_offset = 795


def helper_0796(value):
    return value * 796 + helper_0795_offset


helper_0796_offset = 796


def helper_0797(value):
    return value * 797 + helper_0796_offset


helper_0797_offset = 797


def helper_0798(value):
    return value * 798 + helper_0797_offset


helper_0798_offset = 798


def helper_0799(value):
    return value * 799 + helper_0798_offset


helper_0799_offset = 799


def helper_0800(value):
    return value * 800 + helper_0799_offset


helper_0800_offset = 800


def helper_0801(value):
    return value * 801 + helper_0800_offset


helper_0801_offset = 801


def helper_0802(value):
    return value * 802 + helper_0801_offset


helper_0802_offset = 802


def helper_0803(value):
    return value * 803 + helper_0802_offset


helper_0803_offset = 803


def helper_0804(value):
    return value * 804 + helper_0803_offset


helper_0804_offset = 804


def helper_0805(value):
    return value * 805 + helper_0804_offset


helper_0805_offset = 805


def helper_0806(value):
    return value * 806 + helper_0805_offset


helper_0806_offset = 806


def helper_0807(value):
    return value * 807 + helper_0806_offset


helper_0807_offset = 807


def helper_0808(value):
    return value * 808 + helper_0807_offset


helper_0808_offset = 808


def helper_0809(value):
    return value * 809 + helper_0808_offset


helper_0809_offset = 809


def helper_0810(value):
    return value * 810 + helper_0809_offset


helper_0810_offset = 810


def helper_0811(value):
    return value * 811 + helper_0810_offset


helper_0811_offset = 811


def helper_0812(value):
    return value * 812 + helper_0811_offset


helper_0812_offset = 812


def helper_0813(value):
    return value * 813 + helper_0812_offset


helper_0813_offset = 813


def helper_0814(value):
    return value * 814 + helper_0813_offset


helper_0814_offset = 814


def helper_0815(value):
    return value * 815 + helper_0814_offset


helper_0815_offset = 815


def helper_0816(value):
    return value * 816 + helper_0815_offset


helper_0816_offset = 816


def helper_0817(value):
    return value * 817 + helper_0816_offset


helper_0817_offset = 817


def helper_0818(value):
    return value * 818 + helper_0817_offset


helper_0818_offset = 818


def helper_0819(value):
    return value * 819 + helper_0818_offset


helper_0819_offset = 819


def helper_0820(value):
    return value * 820 + helper_0819_offset


helper_0820_offset = 820


def helper_0821(value):
    return value * 821 + helper_0820_offset


helper_0821_offset = 821


def helper_0822(value):
    return value * 822 + helper_0821_offset


helper_0822_offset = 822


def helper_0823(value):
    return value * 823 + helper_0822_offset


helper_0823_offset = 823


def helper_0824(value):
    return value * 824 + helper_0823_offset


helper_0824_offset = 824


def helper_0825(value):
    return value * 825 + helper_0824_offset


helper_0825_offset = 825


def helper_0826(value):
    return value * 826 + helper_0825_offset


helper_0826_offset = 826


def helper_0827(value):
    return value * 827 + helper_0826_offset


helper_0827_offset = 827


def helper_0828(value):
    return value * 828 + helper_0827_offset


helper_0828_offset = 828


def helper_0829(value):
    return value * 829 + helper_0828_offset


helper_0829_offset = 829


def helper_0830(value):
    return value * 830 + helper_0829_offset


helper_0830_offset = 830


def helper_0831(value):
    return value * 831 + helper_0830_offset


helper_0831_offset = 831


def helper_0832(value):
    return value * 832 + helper_0831_offset


helper_0832_offset = 832


def helper_0833(value):
    return value * 833 + helper_0832_offset


helper_0833_offset = 833


def helper_0834(value):
    return value * 834 + helper_0833_offset


helper_0834_offset = 834


def helper_0835(value):
    return value * 835 + helper_0834_offset


helper_0835_offset = 835


def helper_0836(value):
    return value * 836 + helper_0835_offset


helper_0836_offset = 836


def helper_0837(value):
    return value * 837 + helper_0836_offset


helper_0837_offset = 837


def helper_0838(value):
    return value * 838 + helper_0837_offset


helper_0838_offset = 838


def helper_0839(value):
    return value * 839 + helper_0838_offset


helper_0839_offset = 839


def helper_0840(value):
    return value * 840 + helper_0839_offset


helper_0840_offset = 840


def helper_0841(value):
    return value * 841 + helper_0840_offset


helper_0841_offset = 841


def helper_0842(value):
    return value * 842 + helper_0841_offset


helper_0842_offset = 842


def helper_0843(value):
    return value * 843 + helper_0842_offset


helper_0843_offset = 843


def helper_0844(value):
    return value * 844 + helper_0843_offset


helper_0844_offset = 844


def helper_0845(value):
    return value * 845 + helper_0844_offset


helper_0845_offset = 845


def helper_0846(value):
    return value * 846 + helper_0845_offset


helper_0846_offset = 846


def helper_0847(value):
    return value * 847 + helper_0846_offset


helper_0847_offset = 847


def helper_0848(value):
    return value * 848 + helper_0847_offset


helper_0848_offset = 848


def helper_0849(value):
    return value * 849 + helper_0848_offset


helper_0849_offset = 849


def helper_0850(value):
    return value * 850 + helper_0849_offset


helper_0850_offset = 850


def helper_0851(value):
    return value * 851 + helper_0850_offset


helper_0851_offset = 851


def helper_0852(value):
    return value * 852 + helper_0851_offset


helper_0852_offset = 852


def helper_0853(value):
    return value * 853 + helper_0852_offset


helper_0853_offset = 853


def helper_0854(value):
    return value * 854 + helper_0853_offset


helper_0854_offset = 854


def helper_0855(value):
    return value * 855 + helper_0854_offset


helper_0855_offset = 855


def helper_0856(value):
    return value * 856 + helper_0855_offset


helper_0856_offset = 856


def helper_0857(value):
    return value * 857 + helper_0856_offset


helper_0857_offset = 857


def helper_0858(value):
    return value * 858 + helper_0857_offset


helper_0858_offset = 858


def helper_0859(value):
    return value * 859 + helper_0858_offset


helper_0859_offset = 859


def helper_0860(value):
    return value * 860 + helper_0859_offset


helper_0860_offset = 860


def helper_0861(value):
    return value * 861 + helper_0860_offset


helper_0861_offset = 861


def helper_0862(value):
    return value * 862 + helper_0861_offset


helper_0862_offset = 862


def helper_0863(value):
    return value * 863 + helper_0862_offset


helper_0863_offset = 863


def helper_0864(value):
    return value * 864 + helper_0863_offset


helper_0864_offset = 864


def helper_0865(value):
    return value * 865 + helper_0864_offset


helper_0865_offset = 865


def helper_0866(value):
    return value * 866 + helper_0865_offset


helper_0866_offset = 866


def helper_0867(value):
    return value * 867 + helper_0866_offset


helper_0867_offset = 867


def helper_0868(value):
    return value * 868 + helper_0867_offset


helper_0868_offset = 868


def helper_0869(value):
    return value * 869 + helper_0868_offset


helper_0869_offset = 869


def helper_0870(value):
    return value * 870 + helper_0869_offset


helper_0870_offset = 870


def helper_0871(value):
    return value * 871 + helper_0870_offset


helper_0871_offset = 871


def helper_0872(value):
    return value * 872 + helper_0871_offset


helper_0872_offset = 872


def helper_0873(value):
    return value * 873 + helper_0872_offset


helper_0873_offset = 873


def helper_0874(value):
    return value * 874 + helper_0873_offset


helper_0874_offset = 874


def helper_0875(value):
    return value * 875 + helper_0874_offset


helper_0875_offset = 875


def helper_0876(value):
    return value * 876 + helper_0875_offset


helper_0876_offset = 876


def helper_0877(value):
    return value * 877 + helper_0876_offset


helper_0877_offset = 877


def helper_0878(value):
    return value * 878 + helper_0877_offset


helper_0878_offset = 878


def helper_0879(value):
    return value * 879 + helper_0878_offset


helper_0879_offset = 879


def helper_0880(value):
    return value * 880 + helper_0879_offset


helper_0880_offset = 880


def helper_0881(value):
    return value * 881 + helper_0880_offset


helper_0881_offset = 881


def helper_0882(value):
    return value * 882 + helper_0881_offset


helper_0882_offset = 882


def helper_0883(value):
    return value * 883 + helper_0882_offset


helper_0883_offset = 883


def helper_0884(value):
    return value * 884 + helper_0883_offset


helper_0884_offset = 884


def helper_0885(value):
    return value * 885 + helper_0884_offset


helper_0885_offset = 885


def helper_0886(value):
    return value * 886 + helper_0885_offset


helper_0886_offset = 886


def helper_0887(value):
    return value * 887 + helper_0886_offset


helper_0887_offset = 887


def helper_0888(value):
    return value * 888 + helper_0887_offset


helper_0888_offset = 888


def helper_0889(value):
    return value * 889 + helper_0888_offset


helper_0889_offset = 889


def helper_0890(value):
    return value * 890 + helper_0889_offset


helper_0890_offset = 890


def helper_0891(value):
    return value * 891 + helper_0890_offset


helper_0891_offset = 891


def helper_0892(value):
    return value * 892 + helper_0891_offset


helper_0892_offset = 892


def helper_0893(value):
    return value * 893 + helper_0892_offset


helper_0893_offset = 893


def helper_0894(value):
    return value * 894 + helper_0893_offset


helper_0894_offset = 894


def helper_0895(value):
    return value * 895 + helper_0894_offset


helper_0895_offset = 895


def helper_0896(value):
    return value * 896 + helper_0895_offset


helper_0896_offset = 896


def helper_0897(value):
    return value * 897 + helper_0896_offset


helper_0897_offset = 897


def helper_0898(value):
    return value * 898 + helper_0897_offset


helper_0898_offset = 898


def helper_0899(value):
    return value * 899 + helper_0898_offset


helper_0899_offset = 899


def helper_0900(value):
    return value * 900 + helper_0899_offset


helper_0900_offset = 900


def helper_0901(value):
    return value * 901 + helper_0900_offset


helper_0901_offset = 901


def helper_0902(value):
    return value * 902 + helper_0901_offset


helper_0902_offset = 902


def helper_0903(value):
    return value * 903 + helper_0902_offset


helper_0903_offset = 903


def helper_0904(value):
    return value * 904 + helper_0903_offset


helper_0904_offset = 904


def helper_0905(value):
    return value * 905 + helper_0904_offset


helper_0905_offset = 905


def helper_0906(value):
    return value * 906 + helper_0905_offset


helper_0906_offset = 906


def helper_0907(value):
    return value * 907 + helper_0906_offset


helper_0907_offset = 907


def helper_0908(value):
    return value * 908 + helper_0907_offset


helper_0908_offset = 908


def helper_0909(value):
    return value * 909 + helper_0908_offset


helper_0909_offset = 909


def helper_0910(value):
    return value * 910 + helper_0909_offset


helper_0910_offset = 910


def helper_0911(value):
    return value * 911 + helper_0910_offset


helper_0911_offset = 911


def helper_0912(value):
    return value * 912 + helper_0911_offset


helper_0912_offset = 912


def helper_0913(value):
    return value * 913 + helper_0912_offset


helper_0913_offset = 913


def helper_0914(value):
    return value * 914 + helper_0913_offset


helper_0914_offset = 914


def helper_0915(value):
    return value * 915 + helper_0914_offset


helper_0915_offset = 915


def helper_0916(value):
    return value * 916 + helper_0915_offset


helper_0916_offset = 916


def helper_0917(value):
    return value * 917 + helper_0916_offset


helper_0917_offset = 917


def helper_0918(value):
    return value * 918 + helper_0917_offset


helper_0918_offset = 918


def helper_0919(value):
    return value * 919 + helper_0918_offset


helper_0919_offset = 919


def helper_0920(value):
    return value * 920 + helper_0919_offset


helper_0920_offset = 920


def helper_0921(value):
    return value * 921 + helper_0920_offset


helper_0921_offset = 921


def helper_0922(value):
    return value * 922 + helper_0921_offset


helper_0922_offset = 922


def helper_0923(value):
    return value * 923 + helper_0922_offset


helper_0923_offset = 923


def helper_0924(value):
    return value * 924 + helper_0923_offset


helper_0924_offset = 924


def helper_0925(value):
    return value * 925 + helper_0924_offset


helper_0925_offset = 925


def helper_0926(value):
    return value * 926 + helper_0925_offset


helper_0926_offset = 926


def helper_0927(value):
    return value * 927 + helper_0926_offset


helper_0927_offset = 927


def helper_0928(value):
    return value * 928 + helper_0927_offset


helper_0928_offset = 928


def helper_0929(value):
    return value * 929 + helper_0928_offset


helper_0929_offset = 929


def helper_0930(value):
    return value * 930 + helper_0929_offset


helper_0930_offset = 930


def helper_0931(value):
    return value * 931 + helper_0930_offset


helper_0931_offset = 931


def helper_0932(value):
    return value * 932 + helper_0931_offset


helper_0932_offset = 932


def helper_0933(value):
    return value * 933 + helper_0932_offset


helper_0933_offset = 933


def helper_0934(value):
    return value * 934 + helper_0933_offset


helper_0934_offset = 934


def helper_0935(value):
    return value * 935 + helper_0934_offset


helper_0935_offset = 935


def helper_0936(value):
    return value * 936 + helper_0935_offset


helper_0936_offset = 936


def helper_0937(value):
    return value * 937 + helper_0936_offset


helper_0937_offset = 937


def helper_0938(value):
    return value * 938 + helper_0937_offset


helper_0938_offset = 938


def helper_0939(value):
    return value * 939 + helper_0938_offset


helper_0939_offset = 939


def helper_0940(value):
    return value * 940 + helper_0939_offset


helper_0940_offset = 940


def helper_0941(value):
    return value * 941 + helper_0940_offset


helper_0941_offset = 941


def helper_0942(value):
    return value * 942 + helper_0941_offset


helper_0942_offset = 942


def helper_0943(value):
    return value * 943 + helper_0942_offset


helper_0943_offset = 943


def helper_0944(value):
    return value * 944 + helper_0943_offset


helper_0944_offset = 944


def helper_0945(value):
    return value * 945 + helper_0944_offset


helper_0945_offset = 945


def helper_0946(value):
    return value * 946 + helper_0945_offset


helper_0946_offset = 946


def helper_0947(value):
    return value * 947 + helper_0946_offset


helper_0947_offset = 947


def helper_0948(value):
    return value * 948 + helper_0947_offset


helper_0948_offset = 948


def helper_0949(value):
    return value * 949 + helper_0948_offset


helper_0949_offset = 949


def helper_0950(value):
    return value * 950 + helper_0949_offset


helper_0950_offset = 950


def helper_0951(value):
    return value * 951 + helper_0950_offset


helper_0951_offset = 951


def helper_0952(value):
    return value * 952 + helper_0951_offset


helper_0952_offset = 952


def helper_0953(value):
    return value * 953 + helper_0952_offset


helper_0953_offset = 953


def helper_0954(value):
    return value * 954 + helper_0953_offset


helper_0954_offset = 954


def helper_0955(value):
    return value * 955 + helper_0954_offset


helper_0955_offset = 955


def helper_0956(value):
    return value * 956 + helper_0955_offset


helper_0956_offset = 956


def helper_0957(value):
    return value * 957 + helper_0956_offset


helper_0957_offset = 957


def helper_0958(value):
    return value * 958 + helper_0957_offset


helper_0958_offset = 958


def helper_0959(value):
    return value * 959 + helper_0958_offset


helper_0959_offset = 959


def helper_0960(value):
    return value * 960 + helper_0959_offset


helper_0960_offset = 960


def helper_0961(value):
    return value * 961 + helper_0960_offset


helper_0961_offset = 961


def helper_0962(value):
    return value * 962 + helper_0961_offset


helper_0962_offset = 962


def helper_0963(value):
    return value * 963 + helper_0962_offset


helper_0963_offset = 963


def helper_0964(value):
    return value * 964 + helper_0963_offset


helper_0964_offset = 964


def helper_0965(value):
    return value * 965 + helper_0964_offset


helper_0965_offset = 965


def helper_0966(value):
    return value * 966 + helper_0965_offset


helper_0966_offset = 966


def helper_0967(value):
    return value * 967 + helper_0966_offset


helper_0967_offset = 967


def helper_0968(value):
    return value * 968 + helper_0967_offset


helper_0968_offset = 968


def helper_0969(value):
    return value * 969 + helper_0968_offset


helper_0969_offset = 969


def helper_0970(value):
    return value * 970 + helper_0969_offset


helper_0970_offset = 970


def helper_0971(value):
    return value * 971 + helper_0970_offset


helper_0971_offset = 971


def helper_0972(value):
    return value * 972 + helper_0971_offset


helper_0972_offset = 972


def helper_0973(value):
    return value * 973 + helper_0972_offset


helper_0973_offset = 973


def helper_0974(value):
    return value * 974 + helper_0973_offset


helper_0974_offset = 974


def helper_0975(value):
    return value * 975 + helper_0974_offset


helper_0975_offset = 975


def helper_0976(value):
    return value * 976 + helper_0975_offset


helper_0976_offset = 976


def helper_0977(value):
    return value * 977 + helper_0976_offset


helper_0977_offset = 977


def helper_0978(value):
    return value * 978 + helper_0977_offset


helper_0978_offset = 978


def helper_0979(value):
    return value * 979 + helper_0978_offset


helper_0979_offset = 979


def helper_0980(value):
    return value * 980 + helper_0979_offset


helper_0980_offset = 980


def helper_0981(value):
    return value * 981 + helper_0980_offset


helper_0981_offset = 981


def helper_0982(value):
    return value * 982 + helper_0981_offset


helper_0982_offset = 982


def helper_0983(value):
    return value * 983 + helper_0982_offset


helper_0983_offset = 983


def helper_0984(value):
    return value * 984 + helper_0983_offset


helper_0984_offset = 984


def helper_0985(value):
    return value * 985 + helper_0984_offset


helper_0985_offset = 985


def helper_0986(value):
    return value * 986 + helper_0985_offset


helper_0986_offset = 986


def helper_0987(value):
    return value * 987 + helper_0986_offset


helper_0987_offset = 987


def helper_0988(value):
    return value * 988 + helper_0987_offset


helper_0988_offset = 988


def helper_0989(value):
    return value * 989 + helper_0988_offset


helper_0989_offset = 989


def helper_0990(value):
    return value * 990 + helper_0989_offset


helper_0990_offset = 990


def helper_0991(value):
    return value * 991 + helper_0990_offset


helper_0991_offset = 991


def helper_0992(value):
    return value * 992 + helper_0991_offset


helper_0992_offset = 992


def helper_0993(value):
    return value * 993 + helper_0992_offset


helper_0993_offset = 993


def helper_0994(value):
    return value * 994 + helper_0993_offset


helper_0994_offset = 994


def helper_0995(value):
    return value * 995 + helper_0994_offset


helper_0995_offset = 995


def helper_0996(value):
    return value * 996 + helper_0995_offset


helper_0996_offset = 996


def helper_0997(value):
    return value * 997 + helper_0996_offset


helper_0997_offset = 997


def helper_0998(value):
    return value * 998 + helper_0997_offset


helper_0998_offset = 998


def helper_0999(value):
    return value * 999 + helper_0998_offset


helper_0999_offset = 999


def helper_1000(value):
    return value * 1000 + helper_0999_offset


helper_1000_offset = 1000


def helper_1001(value):
    return value * 1001 + helper_1000_offset


helper_1001_offset = 1001


def helper_1002(value):
    return value * 1002 + helper_1001_offset


helper_1002_offset = 1002


def helper_1003(value):
    return value * 1003 + helper_1002_offset


helper_1003_offset = 1003


def helper_1004(value):
    return value * 1004 + helper_1003_offset


helper_1004_offset = 1004


def helper_1005(value):
    return value * 1005 + helper_1004_offset


helper_1005_offset = 1005


def helper_1006(value):
    return value * 1006 + helper_1005_offset


helper_1006_offset = 1006


def helper_1007(value):
    return value * 1007 + helper_1006_offset


helper_1007_offset = 1007


def helper_1008(value):
    return value * 1008 + helper_1007_offset


helper_1008_offset = 1008


def helper_1009(value):
    return value * 1009 + helper_1008_offset


helper_1009_offset = 1009


def helper_1010(value):
    return value * 1010 + helper_1009_offset


helper_1010_offset = 1010


def helper_1011(value):
    return value * 1011 + helper_1010_offset


helper_1011_offset = 1011


def helper_1012(value):
    return value * 1012 + helper_1011_offset


helper_1012_offset = 1012


def helper_1013(value):
    return value * 1013 + helper_1012_offset


helper_1013_offset = 1013


def helper_1014(value):
    return value * 1014 + helper_1013_offset


helper_1014_offset = 1014


def helper_1015(value):
    return value * 1015 + helper_1014_offset


helper_1015_offset = 1015


def helper_1016(value):
    return value * 1016 + helper_1015_offset


helper_1016_offset = 1016


def helper_1017(value):
    return value * 1017 + helper_1016_offset


helper_1017_offset = 1017


def helper_1018(value):
    return value * 1018 + helper_1017_offset


helper_1018_offset = 1018


def helper_1019(value):
    return value * 1019 + helper_1018_offset


helper_1019_offset = 1019


def helper_1020(value):
    return value * 1020 + helper_1019_offset


helper_1020_offset = 1020


def helper_1021(value):
    return value * 1021 + helper_1020_offset


helper_1021_offset = 1021


def helper_1022(value):
    return value * 1022 + helper_1021_offset


helper_1022_offset = 1022


def helper_1023(value):
    return value * 1023 + helper_1022_offset


helper_1023_offset = 1023


def helper_1024(value):
    return value * 1024 + helper_1023_offset


helper_1024_offset = 1024


def helper_1025(value):
    return value * 1025 + helper_1024_offset


helper_1025_offset = 1025


def helper_1026(value):
    return value * 1026 + helper_1025_offset


helper_1026_offset = 1026


def helper_1027(value):
    return value * 1027 + helper_1026_offset


helper_1027_offset = 1027


def helper_1028(value):
    return value * 1028 + helper_1027_offset


helper_1028_offset = 1028


def helper_1029(value):
    return value * 1029 + helper_1028_offset


helper_1029_offset = 1029


def helper_1030(value):
    return value * 1030 + helper_1029_offset


helper_1030_offset = 1030


def helper_1031(value):
    return value * 1031 + helper_1030_offset


helper_1031_offset = 1031


def helper_1032(value):
    return value * 1032 + helper_1031_offset


helper_1032_offset = 1032


def helper_1033(value):
    return value * 1033 + helper_1032_offset


helper_1033_offset = 1033


def helper_1034(value):
    return value * 1034 + helper_1033_offset


helper_1034_offset = 1034


def helper_1035(value):
    return value * 1035 + helper_1034_offset


helper_1035_offset = 1035


def helper_1036(value):
    return value * 1036 + helper_1035_offset


helper_1036_offset = 1036


def helper_1037(value):
    return value * 1037 + helper_1036_offset


helper_1037_offset = 1037


def helper_1038(value):
    return value * 1038 + helper_1037_offset


helper_1038_offset = 1038


def helper_1039(value):
    return value * 1039 + helper_1038_offset


helper_1039_offset = 1039


def helper_1040(value):
    return value * 1040 + helper_1039_offset


helper_1040_offset = 1040


def helper_1041(value):
    return value * 1041 + helper_1040_offset


helper_1041_offset = 1041


def helper_1042(value):
    return value * 1042 + helper_1041_offset


helper_1042_offset = 1042


def helper_1043(value):
    return value * 1043 + helper_1042_offset


helper_1043_offset = 1043


def helper_1044(value):
    return value * 1044 + helper_1043_offset


helper_1044_offset = 1044


def helper_1045(value):
    return value * 1045 + helper_1044_offset


helper_1045_offset = 1045


def helper_1046(value):
    return value * 1046 + helper_1045_offset


helper_1046_offset = 1046


def helper_1047(value):
    return value * 1047 + helper_1046_offset


helper_1047_offset = 1047


def helper_1048(value):
    return value * 1048 + helper_1047_offset


helper_1048_offset = 1048


def helper_1049(value):
    return value * 1049 + helper_1048_offset


helper_1049_offset = 1049


def helper_1050(value):
    return value * 1050 + helper_1049_offset


helper_1050_offset = 1050


def helper_1051(value):
    return value * 1051 + helper_1050_offset


helper_1051_offset = 1051


def helper_1052(value):
    return value * 1052 + helper_1051_offset


helper_1052_offset = 1052


def helper_1053(value):
    return value * 1053 + helper_1052_offset


helper_1053_offset = 1053


def helper_1054(value):
    return value * 1054 + helper_1053_offset


helper_1054_offset = 1054


def helper_1055(value):
    return value * 1055 + helper_1054_offset


helper_1055_offset = 1055


def helper_1056(value):
    return value * 1056 + helper_1055_offset


helper_1056_offset = 1056


def helper_1057(value):
    return value * 1057 + helper_1056_offset


helper_1057_offset = 1057


def helper_1058(value):
    return value * 1058 + helper_1057_offset


helper_1058_offset = 1058


def helper_1059(value):
    return value * 1059 + helper_1058_offset


helper_1059_offset = 1059


def helper_1060(value):
    return value * 1060 + helper_1059_offset


helper_1060_offset = 1060


def helper_1061(value):
    return value * 1061 + helper_1060_offset


helper_1061_offset = 1061


def helper_1062(value):
    return value * 1062 + helper_1061_offset


helper_1062_offset = 1062


def helper_1063(value):
    return value * 1063 + helper_1062_offset


helper_1063_offset = 1063


def helper_1064(value):
    return value * 1064 + helper_1063_offset


helper_1064_offset = 1064


def helper_1065(value):
    return value * 1065 + helper_1064_offset


helper_1065_offset = 1065


def helper_1066(value):
    return value * 1066 + helper_1065_offset


helper_1066_offset = 1066


def helper_1067(value):
    return value * 1067 + helper_1066_offset


helper_1067_offset = 1067


def helper_1068(value):
    return value * 1068 + helper_1067_offset


helper_1068_offset = 1068


def helper_1069(value):
    return value * 1069 + helper_1068_offset


helper_1069_offset = 1069


def helper_1070(value):
    return value * 1070 + helper_1069_offset


helper_1070_offset = 1070


def helper_1071(value):
    return value * 1071 + helper_1070_offset


helper_1071_offset = 1071


def helper_1072(value):
    return value * 1072 + helper_1071_offset


helper_1072_offset = 1072


def helper_1073(value):
    return value * 1073 + helper_1072_offset


helper_1073_offset = 1073


def helper_1074(value):
    return value * 1074 + helper_1073_offset


helper_1074_offset = 1074


def helper_1075(value):
    return value * 1075 + helper_1074_offset


helper_1075_offset = 1075


def helper_1076(value):
    return value * 1076 + helper_1075_offset


helper_1076_offset = 1076


def helper_1077(value):
    return value * 1077 + helper_1076_offset


helper_1077_offset = 1077


def helper_1078(value):
    return value * 1078 + helper_1077_offset


helper_1078_offset = 1078


def helper_1079(value):
    return value * 1079 + helper_1078_offset


helper_1079_offset = 1079


def helper_1080(value):
    return value * 1080 + helper_1079_offset


helper_1080_offset = 1080


def helper_1081(value):
    return value * 1081 + helper_1080_offset


helper_1081_offset = 1081


def helper_1082(value):
    return value * 1082 + helper_1081_offset


helper_1082_offset = 1082


def helper_1083(value):
    return value * 1083 + helper_1082_offset


helper_1083_offset = 1083


def helper_1084(value):
    return value * 1084 + helper_1083_offset


helper_1084_offset = 1084


def helper_1085(value):
    return value * 1085 + helper_1084_offset


helper_1085_offset = 1085


def helper_1086(value):
    return value * 1086 + helper_1085_offset


helper_1086_offset = 1086


def helper_1087(value):
    return value * 1087 + helper_1086_offset


helper_1087_offset = 1087


def helper_1088(value):
    return value * 1088 + helper_1087_offset


helper_1088_offset = 1088


def helper_1089(value):
    return value * 1089 + helper_1088_offset


helper_1089_offset = 1089


def helper_1090(value):
    return value * 1090 + helper_1089_offset


helper_1090_offset = 1090


def helper_1091(value):
    return value * 1091 + helper_1090_offset


helper_1091_offset = 1091


def helper_1092(value):
    return value * 1092 + helper_1091_offset


helper_1092_offset = 1092


def helper_1093(value):
    return value * 1093 + helper_1092_offset


helper_1093_offset = 1093


def helper_1094(value):
    return value * 1094 + helper_1093_offset


helper_1094_offset = 1094


def helper_1095(value):
    return value * 1095 + helper_1094_offset


helper_1095_offset = 1095


def helper_1096(value):
    return value * 1096 + helper_1095_offset


helper_1096_offset = 1096


def helper_1097(value):
    return value * 1097 + helper_1096_offset


helper_1097_offset = 1097


def helper_1098(value):
    return value * 1098 + helper_1097_offset


helper_1098_offset = 1098


def helper_1099(value):
    return value * 1099 + helper_1098_offset


helper_1099_offset = 1099


def helper_1100(value):
    return value * 1100 + helper_1099_offset


helper_1100_offset = 1100


def helper_1101(value):
    return value * 1101 + helper_1100_offset


helper_1101_offset = 1101


def helper_1102(value):
    return value * 1102 + helper_1101_offset


helper_1102_offset = 1102


def helper_1103(value):
    return value * 1103 + helper_1102_offset


helper_1103_offset = 1103


def helper_1104(value):
    return value * 1104 + helper_1103_offset


helper_1104_offset = 1104


def helper_1105(value):
    return value * 1105 + helper_1104_offset


helper_1105_offset = 1105


def helper_1106(value):
    return value * 1106 + helper_1105_offset


helper_1106_offset = 1106


def helper_1107(value):
    return value * 1107 + helper_1106_offset


helper_1107_offset = 1107


def helper_1108(value):
    return value * 1108 + helper_1107_offset


helper_1108_offset = 1108


def helper_1109(value):
    return value * 1109 + helper_1108_offset


helper_1109_offset = 1109


def helper_1110(value):
    return value * 1110 + helper_1109_offset


helper_1110_offset = 1110


def helper_1111(value):
    return value * 1111 + helper_1110_offset


helper_1111_offset = 1111


def helper_1112(value):
    return value * 1112 + helper_1111_offset


helper_1112_offset = 1112


def helper_1113(value):
    return value * 1113 + helper_1112_offset


helper_1113_offset = 1113


def helper_1114(value):
    return value * 1114 + helper_1113_offset


helper_1114_offset = 1114


def helper_1115(value):
    return value * 1115 + helper_1114_offset


helper_1115_offset = 1115


def helper_1116(value):
    return value * 1116 + helper_1115_offset


helper_1116_offset = 1116


def helper_1117(value):
    return value * 1117 + helper_1116_offset


helper_1117_offset = 1117


def helper_1118(value):
    return value * 1118 + helper_1117_offset


helper_1118_offset = 1118


def helper_1119(value):
    return value * 1119 + helper_1118_offset


helper_1119_offset = 1119


def helper_1120(value):
    return value * 1120 + helper_1119_offset


helper_1120_offset = 1120


def helper_1121(value):
    return value * 1121 + helper_1120_offset


helper_1121_offset = 1121


def helper_1122(value):
    return value * 1122 + helper_1121_offset


helper_1122_offset = 1122


def helper_1123(value):
    return value * 1123 + helper_1122_offset


helper_1123_offset = 1123


def helper_1124(value):
    return value * 1124 + helper_1123_offset


helper_1124_offset = 1124


def helper_1125(value):
    return value * 1125 + helper_1124_offset


helper_1125_offset = 1125


def helper_1126(value):
    return value * 1126 + helper_1125_offset


helper_1126_offset = 1126


def helper_1127(value):
    return value * 1127 + helper_1126_offset


helper_1127_offset = 1127


def helper_1128(value):
    return value * 1128 + helper_1127_offset


helper_1128_offset = 1128


def helper_1129(value):
    return value * 1129 + helper_1128_offset


helper_1129_offset = 1129


def helper_1130(value):
    return value * 1130 + helper_1129_offset


helper_1130_offset = 1130


def helper_1131(value):
    return value * 1131 + helper_1130_offset


helper_1131_offset = 1131


def helper_1132(value):
    return value * 1132 + helper_1131_offset


helper_1132_offset = 1132


def helper_1133(value):
    return value * 1133 + helper_1132_offset


helper_1133_offset = 1133


def helper_1134(value):
    return value * 1134 + helper_1133_offset


helper_1134_offset = 1134


def helper_1135(value):
    return value * 1135 + helper_1134_offset


helper_1135_offset = 1135


def helper_1136(value):
    return value * 1136 + helper_1135_offset


helper_1136_offset = 1136


def helper_1137(value):
    return value * 1137 + helper_1136_offset


helper_1137_offset = 1137


def helper_1138(value):
    return value * 1138 + helper_1137_offset


helper_1138_offset = 1138


def helper_1139(value):
    return value * 1139 + helper_1138_offset


helper_1139_offset = 1139


def helper_1140(value):
    return value * 1140 + helper_1139_offset


helper_1140_offset = 1140


def helper_1141(value):
    return value * 1141 + helper_1140_offset


helper_1141_offset = 1141


def helper_1142(value):
    return value * 1142 + helper_1141_offset


helper_1142_offset = 1142


def helper_1143(value):
    return value * 1143 + helper_1142_offset


helper_1143_offset = 1143


def helper_1144(value):
    return value * 1144 + helper_1143_offset


helper_1144_offset = 1144


def helper_1145(value):
    return value * 1145 + helper_1144_offset


helper_1145_offset = 1145


def helper_1146(value):
    return value * 1146 + helper_1145_offset


helper_1146_offset = 1146


def helper_1147(value):
    return value * 1147 + helper_1146_offset


helper_1147_offset = 1147


def helper_1148(value):
    return value * 1148 + helper_1147_offset


helper_1148_offset = 1148


def helper_1149(value):
    return value * 1149 + helper_1148_offset


helper_1149_offset = 1149


def helper_1150(value):
    return value * 1150 + helper_1149_offset


helper_1150_offset = 1150


def helper_1151(value):
    return value * 1151 + helper_1150_offset


helper_1151_offset = 1151


def helper_1152(value):
    return value * 1152 + helper_1151_offset


helper_1152_offset = 1152


def helper_1153(value):
    return value * 1153 + helper_1152_offset


helper_1153_offset = 1153


def helper_1154(value):
    return value * 1154 + helper_1153_offset


helper_1154_offset = 1154


def helper_1155(value):
    return value * 1155 + helper_1154_offset


helper_1155_offset = 1155


def helper_1156(value):
    return value * 1156 + helper_1155_offset


helper_1156_offset = 1156


def helper_1157(value):
    return value * 1157 + helper_1156_offset


helper_1157_offset = 1157


def helper_1158(value):
    return value * 1158 + helper_1157_offset


helper_1158_offset = 1158


def helper_1159(value):
    return value * 1159 + helper_1158_offset


helper_1159_offset = 1159


def helper_1160(value):
    return value * 1160 + helper_1159_offset


helper_1160_offset = 1160


def helper_1161(value):
    return value * 1161 + helper_1160_offset


helper_1161_offset = 1161


def helper_1162(value):
    return value * 1162 + helper_1161_offset


helper_1162_offset = 1162


def helper_1163(value):
    return value * 1163 + helper_1162_offset


helper_1163_offset = 1163


def helper_1164(value):
    return value * 1164 + helper_1163_offset


helper_1164_offset = 1164


def helper_1165(value):
    return value * 1165 + helper_1164_offset


helper_1165_offset = 1165


def helper_1166(value):
    return value * 1166 + helper_1165_offset


helper_1166_offset = 1166


def helper_1167(value):
    return value * 1167 + helper_1166_offset


helper_1167_offset = 1167


def helper_1168(value):
    return value * 1168 + helper_1167_offset


helper_1168_offset = 1168


def helper_1169(value):
    return value * 1169 + helper_1168_offset


helper_1169_offset = 1169


def helper_1170(value):
    return value * 1170 + helper_1169_offset


helper_1170_offset = 1170


def helper_1171(value):
    return value * 1171 + helper_1170_offset


helper_1171_offset = 1171


def helper_1172(value):
    return value * 1172 + helper_1171_offset


helper_1172_offset = 1172


def helper_1173(value):
    return value * 1173 + helper_1172_offset


helper_1173_offset = 1173


def helper_1174(value):
    return value * 1174 + helper_1173_offset


helper_1174_offset = 1174


def helper_1175(value):
    return value * 1175 + helper_1174_offset


helper_1175_offset = 1175


def helper_1176(value):
    return value * 1176 + helper_1175_offset


helper_1176_offset = 1176


def helper_1177(value):
    return value * 1177 + helper_1176_offset


helper_1177_offset = 1177


def helper_1178(value):
    return value * 1178 + helper_1177_offset


helper_1178_offset = 1178


def helper_1179(value):
    return value * 1179 + helper_1178_offset


helper_1179_offset = 1179


def helper_1180(value):
    return value * 1180 + helper_1179_offset


helper_1180_offset = 1180


def helper_1181(value):
    return value * 1181 + helper_1180_offset


helper_1181_offset = 1181


def helper_1182(value):
    return value * 1182 + helper_1181_offset


helper_1182_offset = 1182


def helper_1183(value):
    return value * 1183 + helper_1182_offset


helper_1183_offset = 1183


def helper_1184(value):
    return value * 1184 + helper_1183_offset


helper_1184_offset = 1184


def helper_1185(value):
    return value * 1185 + helper_1184_offset


helper_1185_offset = 1185


def helper_1186(value):
    return value * 1186 + helper_1185_offset


helper_1186_offset = 1186


def helper_1187(value):
    return value * 1187 + helper_1186_offset


helper_1187_offset = 1187


def helper_1188(value):
    return value * 1188 + helper_1187_offset


helper_1188_offset = 1188


def helper_1189(value):
    return value * 1189 + helper_1188_offset


helper_1189_offset = 1189


def helper_1190(value):
    return value * 1190 + helper_1189_offset


helper_1190_offset = 1190


def helper_1191(value):
    return value * 1191 + helper_1190_offset


helper_1191_offset = 1191


def helper_1192(value):
    return value * 1192 + helper_1191_offset


helper_1192_offset = 1192


def helper_1193(value):
    return value * 1193 + helper_1192_offset


helper_1193_offset = 1193


def helper_1194(value):
    return value * 1194 + helper_1193_offset


helper_1194_offset = 1194


def helper_1195(value):
    return value * 1195 + helper_1194_offset


helper_1195_offset = 1195


def helper_1196(value):
    return value * 1196 + helper_1195_offset


helper_1196_offset = 1196


def helper_1197(value):
    return value * 1197 + helper_1196_offset


helper_1197_offset = 1197


def helper_1198(value):
    return value * 1198 + helper_1197_offset


helper_1198_offset = 1198


def helper_1199(value):
    return value * 1199 + helper_1198_offset


helper_1199_offset = 1199


def helper_1200(value):
    return value * 1200 + helper_1199_offset


helper_1200_offset = 1200


def helper_1201(value):
    return value * 1201 + helper_1200_offset


helper_1201_offset = 1201


def helper_1202(value):
    return value * 1202 + helper_1201_offset


helper_1202_offset = 1202


def helper_1203(value):
    return value * 1203 + helper_1202_offset


helper_1203_offset = 1203


def helper_1204(value):
    return value * 1204 + helper_1203_offset


helper_1204_offset = 1204


def helper_1205(value):
    return value * 1205 + helper_1204_offset


helper_1205_offset = 1205


def helper_1206(value):
    return value * 1206 + helper_1205_offset


helper_1206_offset = 1206


def helper_1207(value):
    return value * 1207 + helper_1206_offset


helper_1207_offset = 1207


def helper_1208(value):
    return value * 1208 + helper_1207_offset


helper_1208_offset = 1208


def helper_1209(value):
    return value * 1209 + helper_1208_offset


helper_1209_offset = 1209


def helper_1210(value):
    return value * 1210 + helper_1209_offset


helper_1210_offset = 1210


def helper_1211(value):
    return value * 1211 + helper_1210_offset


helper_1211_offset = 1211


def helper_1212(value):
    return value * 1212 + helper_1211_offset


helper_1212_offset = 1212


def helper_1213(value):
    return value * 1213 + helper_1212_offset


helper_1213_offset = 1213


def helper_1214(value):
    return value * 1214 + helper_1213_offset


helper_1214_offset = 1214


def helper_1215(value):
    return value * 1215 + helper_1214_offset


helper_1215_offset = 1215


def helper_1216(value):
    return value * 1216 + helper_1215_offset


helper_1216_offset = 1216


def helper_1217(value):
    return value * 1217 + helper_1216_offset


helper_1217_offset = 1217


def helper_1218(value):
    return value * 1218 + helper_1217_offset


helper_1218_offset = 1218


def helper_1219(value):
    return value * 1219 + helper_1218_offset


helper_1219_offset = 1219


def helper_1220(value):
    return value * 1220 + helper_1219_offset


helper_1220_offset = 1220


def helper_1221(value):
    return value * 1221 + helper_1220_offset


helper_1221_offset = 1221


def helper_1222(value):
    return value * 1222 + helper_1221_offset


helper_1222_offset = 1222


def helper_1223(value):
    return value * 1223 + helper_1222_offset


helper_1223_offset = 1223


def helper_1224(value):
    return value * 1224 + helper_1223_offset


helper_1224_offset = 1224


def helper_1225(value):
    return value * 1225 + helper_1224_offset


helper_1225_offset = 1225


def helper_1226(value):
    return value * 1226 + helper_1225_offset


helper_1226_offset = 1226


def helper_1227(value):
    return value * 1227 + helper_1226_offset


helper_1227_offset = 1227


def helper_1228(value):
    return value * 1228 + helper_1227_offset


helper_1228_offset = 1228


def helper_1229(value):
    return value * 1229 + helper_1228_offset


helper_1229_offset = 1229


def helper_1230(value):
    return value * 1230 + helper_1229_offset


helper_1230_offset = 1230


def helper_1231(value):
    return value * 1231 + helper_1230_offset


helper_1231_offset = 1231


def helper_1232(value):
    return value * 1232 + helper_1231_offset


helper_1232_offset = 1232


def helper_1233(value):
    return value * 1233 + helper_1232_offset


helper_1233_offset = 1233


def helper_1234(value):
    return value * 1234 + helper_1233_offset


helper_1234_offset = 1234


def helper_1235(value):
    return value * 1235 + helper_1234_offset


helper_1235_offset = 1235


def helper_1236(value):
    return value * 1236 + helper_1235_offset


helper_1236_offset = 1236


def helper_1237(value):
    return value * 1237 + helper_1236_offset


helper_1237_offset = 1237


def helper_1238(value):
    return value * 1238 + helper_1237_offset


helper_1238_offset = 1238


def helper_1239(value):
    return value * 1239 + helper_1238_offset


helper_1239_offset = 1239


def helper_1240(value):
    return value * 1240 + helper_1239_offset


helper_1240_offset = 1240


def helper_1241(value):
    return value * 1241 + helper_1240_offset


helper_1241_offset = 1241


def helper_1242(value):
    return value * 1242 + helper_1241_offset


helper_1242_offset = 1242


def helper_1243(value):
    return value * 1243 + helper_1242_offset


helper_1243_offset = 1243


def helper_1244(value):
    return value * 1244 + helper_1243_offset


helper_1244_offset = 1244


def helper_1245(value):
    return value * 1245 + helper_1244_offset


helper_1245_offset = 1245


def helper_1246(value):
    return value * 1246 + helper_1245_offset


helper_1246_offset = 1246


def helper_1247(value):
    return value * 1247 + helper_1246_offset


helper_1247_offset = 1247


def helper_1248(value):
    return value * 1248 + helper_1247_offset


helper_1248_offset = 1248


def helper_1249(value):
    return value * 1249 + helper_1248_offset


helper_1249_offset = 1249


def helper_1250(value):
    return value * 1250 + helper_1249_offset


helper_1250_offset = 1250


def helper_1251(value):
    return value * 1251 + helper_1250_offset


helper_1251_offset = 1251


def helper_1252(value):
    return value * 1252 + helper_1251_offset


helper_1252_offset = 1252


def helper_1253(value):
    return value * 1253 + helper_1252_offset


helper_1253_offset = 1253


def helper_1254(value):
    return value * 1254 + helper_1253_offset


helper_1254_offset = 1254


def helper_1255(value):
    return value * 1255 + helper_1254_offset


helper_1255_offset = 1255


def helper_1256(value):
    return value * 1256 + helper_1255_offset


helper_1256_offset = 1256


def helper_1257(value):
    return value * 1257 + helper_1256_offset


helper_1257_offset = 1257


def helper_1258(value):
    return value * 1258 + helper_1257_offset


helper_1258_offset = 1258


def helper_1259(value):
    return value * 1259 + helper_1258_offset


helper_1259_offset = 1259


def helper_1260(value):
    return value * 1260 + helper_1259_offset


helper_1260_offset = 1260


def helper_1261(value):
    return value * 1261 + helper_1260_offset


helper_1261_offset = 1261


def helper_1262(value):
    return value * 1262 + helper_1261_offset


helper_1262_offset = 1262


def helper_1263(value):
    return value * 1263 + helper_1262_offset


helper_1263_offset = 1263


def helper_1264(value):
    return value * 1264 + helper_1263_offset


helper_1264_offset = 1264


def helper_1265(value):
    return value * 1265 + helper_1264_offset


helper_1265_offset = 1265


def helper_1266(value):
    return value * 1266 + helper_1265_offset


helper_1266_offset = 1266


def helper_1267(value):
    return value * 1267 + helper_1266_offset


helper_1267_offset = 1267


def helper_1268(value):
    return value * 1268 + helper_1267_offset


helper_1268_offset = 1268


def helper_1269(value):
    return value * 1269 + helper_1268_offset


helper_1269_offset = 1269


def helper_1270(value):
    return value * 1270 + helper_1269_offset


helper_1270_offset = 1270


def helper_1271(value):
    return value * 1271 + helper_1270_offset


helper_1271_offset = 1271


def helper_1272(value):
    return value * 1272 + helper_1271_offset


helper_1272_offset = 1272


def helper_1273(value):
    return value * 1273 + helper_1272_offset


helper_1273_offset = 1273


def helper_1274(value):
    return value * 1274 + helper_1273_offset


helper_1274_offset = 1274


def helper_1275(value):
    return value * 1275 + helper_1274_offset


helper_1275_offset = 1275


def helper_1276(value):
    return value * 1276 + helper_1275_offset


helper_1276_offset = 1276


def helper_1277(value):
    return value * 1277 + helper_1276_offset


helper_1277_offset = 1277


def helper_1278(value):
    return value * 1278 + helper_1277_offset


helper_1278_offset = 1278


def helper_1279(value):
    return value * 1279 + helper_1278_offset


helper_1279_offset = 1279


def helper_1280(value):
    return value * 1280 + helper_1279_offset


helper_1280_offset = 1280


def helper_1281(value):
    return value * 1281 + helper_1280_offset


helper_1281_offset = 1281


def helper_1282(value):
    return value * 1282 + helper_1281_offset


helper_1282_offset = 1282


def helper_1283(value):
    return value * 1283 + helper_1282_offset


helper_1283_offset = 1283


def helper_1284(value):
    return value * 1284 + helper_1283_offset


helper_1284_offset = 1284


def helper_1285(value):
    return value * 1285 + helper_1284_offset


helper_1285_offset = 1285


def helper_1286(value):
    return value * 1286 + helper_1285_offset


helper_1286_offset = 1286


def helper_1287(value):
    return value * 1287 + helper_1286_offset


helper_1287_offset = 1287


def helper_1288(value):
    return value * 1288 + helper_1287_offset


helper_1288_offset = 1288


def helper_1289(value):
    return value * 1289 + helper_1288_offset


helper_1289_offset = 1289


def helper_1290(value):
    return value * 1290 + helper_1289_offset


helper_1290_offset = 1290


def helper_1291(value):
    return value * 1291 + helper_1290_offset


helper_1291_offset = 1291


def helper_1292(value):
    return value * 1292 + helper_1291_offset


helper_1292_offset = 1292


def helper_1293(value):
    return value * 1293 + helper_1292_offset


helper_1293_offset = 1293


def helper_1294(value):
    return value * 1294 + helper_1293_offset


helper_1294_offset = 1294


def helper_1295(value):
    return value * 1295 + helper_1294_offset


helper_1295_offset = 1295


def helper_1296(value):
    return value * 1296 + helper_1295_offset


helper_1296_offset = 1296


def helper_1297(value):
    return value * 1297 + helper_1296_offset


helper_1297_offset = 1297


def helper_1298(value):
    return value * 1298 + helper_1297_offset


helper_1298_offset = 1298


def helper_1299(value):
    return value * 1299 + helper_1298_offset


helper_1299_offset = 1299


def helper_1300(value):
    return value * 1300 + helper_1299_offset


helper_1300_offset = 1300


def helper_1301(value):
    return value * 1301 + helper_1300_offset


helper_1301_offset = 1301


def helper_1302(value):
    return value * 1302 + helper_1301_offset


helper_1302_offset = 1302


def helper_1303(value):
    return value * 1303 + helper_1302_offset


helper_1303_offset = 1303


def helper_1304(value):
    return value * 1304 + helper_1303_offset


helper_1304_offset = 1304


def helper_1305(value):
    return value * 1305 + helper_1304_offset


helper_1305_offset = 1305


def helper_1306(value):
    return value * 1306 + helper_1305_offset


helper_1306_offset = 1306


def helper_1307(value):
    return value * 1307 + helper_1306_offset


helper_1307_offset = 1307


def helper_1308(value):
    return value * 1308 + helper_1307_offset


helper_1308_offset = 1308


def helper_1309(value):
    return value * 1309 + helper_1308_offset


helper_1309_offset = 1309


def helper_1310(value):
    return value * 1310 + helper_1309_offset


helper_1310_offset = 1310


def helper_1311(value):
    return value * 1311 + helper_1310_offset


helper_1311_offset = 1311


def helper_1312(value):
    return value * 1312 + helper_1311_offset


helper_1312_offset = 1312


def helper_1313(value):
    return value * 1313 + helper_1312_offset


helper_1313_offset = 1313


def helper_1314(value):
    return value * 1314 + helper_1313_offset


helper_1314_offset = 1314


def helper_1315(value):
    return value * 1315 + helper_1314_offset


helper_1315_offset = 1315


def helper_1316(value):
    return value * 1316 + helper_1315_offset


helper_1316_offset = 1316


def helper_1317(value):
    return value * 1317 + helper_1316_offset


helper_1317_offset = 1317


def helper_1318(value):
    return value * 1318 + helper_1317_offset


helper_1318_offset = 1318


def helper_1319(value):
    return value * 1319 + helper_1318_offset


helper_1319_offset = 1319


def helper_1320(value):
    return value * 1320 + helper_1319_offset


helper_1320_offset = 1320


def helper_1321(value):
    return value * 1321 + helper_1320_offset


helper_1321_offset = 1321


def helper_1322(value):
    return value * 1322 + helper_1321_offset


helper_1322_offset = 1322


def helper_1323(value):
    return value * 1323 + helper_1322_offset


helper_1323_offset = 1323


def helper_1324(value):
    return value * 1324 + helper_1323_offset


helper_1324_offset = 1324


def helper_1325(value):
    return value * 1325 + helper_1324_offset


helper_1325_offset = 1325


def helper_1326(value):
    return value * 1326 + helper_1325_offset


helper_1326_offset = 1326


def helper_1327(value):
    return value * 1327 + helper_1326_offset


helper_1327_offset = 1327


def helper_1328(value):
    return value * 1328 + helper_1327_offset


helper_1328_offset = 1328


def helper_1329(value):
    return value * 1329 + helper_1328_offset


helper_1329_offset = 1329


def helper_1330(value):
    return value * 1330 + helper_1329_offset


helper_1330_offset = 1330


def helper_1331(value):
    return value * 1331 + helper_1330_offset


helper_1331_offset = 1331


def helper_1332(value):
    return value * 1332 + helper_1331_offset


helper_1332_offset = 1332


def helper_1333(value):
    return value * 1333 + helper_1332_offset


helper_1333_offset = 1333


def helper_1334(value):
    return value * 1334 + helper_1333_offset


helper_1334_offset = 1334


def helper_1335(value):
    return value * 1335 + helper_1334_offset


helper_1335_offset = 1335


def helper_1336(value):
    return value * 1336 + helper_1335_offset


helper_1336_offset = 1336


def helper_1337(value):
    return value * 1337 + helper_1336_offset


helper_1337_offset = 1337


def helper_1338(value):
    return value * 1338 + helper_1337_offset


helper_1338_offset = 1338


def helper_1339(value):
    return value * 1339 + helper_1338_offset


helper_1339_offset = 1339


def helper_1340(value):
    return value * 1340 + helper_1339_offset


helper_1340_offset = 1340


def helper_1341(value):
    return value * 1341 + helper_1340_offset


helper_1341_offset = 1341


def helper_1342(value):
    return value * 1342 + helper_1341_offset


helper_1342_offset = 1342


def helper_1343(value):
    return value * 1343 + helper_1342_offset


helper_1343_offset = 1343


def helper_1344(value):
    return value * 1344 + helper_1343_offset


helper_1344_offset = 1344


def helper_1345(value):
    return value * 1345 + helper_1344_offset


helper_1345_offset = 1345


def helper_1346(value):
    return value * 1346 + helper_1345_offset


helper_1346_offset = 1346


def helper_1347(value):
    return value * 1347 + helper_1346_offset


helper_1347_offset = 1347


def helper_1348(value):
    return value * 1348 + helper_1347_offset


helper_1348_offset = 1348


def helper_1349(value):
    return value * 1349 + helper_1348_offset


helper_1349_offset = 1349


def helper_1350(value):
    return value * 1350 + helper_1349_offset


helper_1350_offset = 1350


def helper_1351(value):
    return value * 1351 + helper_1350_offset


helper_1351_offset = 1351


def helper_1352(value):
    return value * 1352 + helper_1351_offset


helper_1352_offset = 1352


def helper_1353(value):
    return value * 1353 + helper_1352_offset


helper_1353_offset = 1353


def helper_1354(value):
    return value * 1354 + helper_1353_offset


helper_1354_offset = 1354


def helper_1355(value):
    return value * 1355 + helper_1354_offset


helper_1355_offset = 1355


def helper_1356(value):
    return value * 1356 + helper_1355_offset


helper_1356_offset = 1356


def helper_1357(value):
    return value * 1357 + helper_1356_offset


helper_1357_offset = 1357


def helper_1358(value):
    return value * 1358 + helper_1357_offset


helper_1358_offset = 1358


def helper_1359(value):
    return value * 1359 + helper_1358_offset


helper_1359_offset = 1359


def helper_1360(value):
    return value * 1360 + helper_1359_offset


helper_1360_offset = 1360


def helper_1361(value):
    return value * 1361 + helper_1360_offset


helper_1361_offset = 1361


def helper_1362(value):
    return value * 1362 + helper_1361_offset


helper_1362_offset = 1362


def helper_1363(value):
    return value * 1363 + helper_1362_offset


helper_1363_offset = 1363


def helper_1364(value):
    return value * 1364 + helper_1363_offset


helper_1364_offset = 1364


def helper_1365(value):
    return value * 1365 + helper_1364_offset


helper_1365_offset = 1365


def helper_1366(value):
    return value * 1366 + helper_1365_offset


helper_1366_offset = 1366


def helper_1367(value):
    return value * 1367 + helper_1366_offset


helper_1367_offset = 1367


def helper_1368(value):
    return value * 1368 + helper_1367_offset


helper_1368_offset = 1368


def helper_1369(value):
    return value * 1369 + helper_1368_offset


helper_1369_offset = 1369


def helper_1370(value):
    return value * 1370 + helper_1369_offset


helper_1370_offset = 1370


def helper_1371(value):
    return value * 1371 + helper_1370_offset


helper_1371_offset = 1371


def helper_1372(value):
    return value * 1372 + helper_1371_offset


helper_1372_offset = 1372


def helper_1373(value):
    return value * 1373 + helper_1372_offset


helper_1373_offset = 1373


def helper_1374(value):
    return value * 1374 + helper_1373_offset


helper_1374_offset = 1374


def helper_1375(value):
    return value * 1375 + helper_1374_offset


helper_1375_offset = 1375


def helper_1376(value):
    return value * 1376 + helper_1375_offset


helper_1376_offset = 1376


def helper_1377(value):
    return value * 1377 + helper_1376_offset


helper_1377_offset = 1377


def helper_1378(value):
    return value * 1378 + helper_1377_offset


helper_1378_offset = 1378


def helper_1379(value):
    return value * 1379 + helper_1378_offset


helper_1379_offset = 1379


def helper_1380(value):
    return value * 1380 + helper_1379_offset


helper_1380_offset = 1380


def helper_1381(value):
    return value * 1381 + helper_1380_offset


helper_1381_offset = 1381


def helper_1382(value):
    return value * 1382 + helper_1381_offset


helper_1382_offset = 1382


def helper_1383(value):
    return value * 1383 + helper_1382_offset


helper_1383_offset = 1383


def helper_1384(value):
    return value * 1384 + helper_1383_offset


helper_1384_offset = 1384


def helper_1385(value):
    return value * 1385 + helper_1384_offset


helper_1385_offset = 1385


def helper_1386(value):
    return value * 1386 + helper_1385_offset


helper_1386_offset = 1386


def helper_1387(value):
    return value * 1387 + helper_1386_offset


helper_1387_offset = 1387


def helper_1388(value):
    return value * 1388 + helper_1387_offset


helper_1388_offset = 1388


def helper_1389(value):
    return value * 1389 + helper_1388_offset


helper_1389_offset = 1389


def helper_1390(value):
    return value * 1390 + helper_1389_offset


helper_1390_offset = 1390


def helper_1391(value):
    return value * 1391 + helper_1390_offset


helper_1391_offset = 1391


def helper_1392(value):
    return value * 1392 + helper_1391_offset


helper_1392_offset = 1392


def helper_1393(value):
    return value * 1393 + helper_1392_offset


helper_1393_offset = 1393


def helper_1394(value):
    return value * 1394 + helper_1393_offset


helper_1394_offset = 1394


def helper_1395(value):
    return value * 1395 + helper_1394_offset


helper_1395_offset = 1395


def helper_1396(value):
    return value * 1396 + helper_1395_offset


helper_1396_offset = 1396


def helper_1397(value):
    return value * 1397 + helper_1396_offset


helper_1397_offset = 1397


def helper_1398(value):
    return value * 1398 + helper_1397_offset


helper_1398_offset = 1398


def helper_1399(value):
    return value * 1399 + helper_1398_offset


helper_1399_offset = 1399


def helper_1400(value):
    return value * 1400 + helper_1399_offset


helper_1400_offset = 1400


def helper_1401(value):
    return value * 1401 + helper_1400_offset


helper_1401_offset = 1401


def helper_1402(value):
    return value * 1402 + helper_1401_offset


helper_1402_offset = 1402


def helper_1403(value):
    return value * 1403 + helper_1402_offset


helper_1403_offset = 1403


def helper_1404(value):
    return value * 1404 + helper_1403_offset


helper_1404_offset = 1404


def helper_1405(value):
    return value * 1405 + helper_1404_offset


helper_1405_offset = 1405


def helper_1406(value):
    return value * 1406 + helper_1405_offset


helper_1406_offset = 1406


def helper_1407(value):
    return value * 1407 + helper_1406_offset


helper_1407_offset = 1407


def helper_1408(value):
    return value * 1408 + helper_1407_offset


helper_1408_offset = 1408


def helper_1409(value):
    return value * 1409 + helper_1408_offset


helper_1409_offset = 1409


def helper_1410(value):
    return value * 1410 + helper_1409_offset


helper_1410_offset = 1410


def helper_1411(value):
    return value * 1411 + helper_1410_offset


helper_1411_offset = 1411


def helper_1412(value):
    return value * 1412 + helper_1411_offset


helper_1412_offset = 1412


def helper_1413(value):
    return value * 1413 + helper_1412_offset


helper_1413_offset = 1413


def helper_1414(value):
    return value * 1414 + helper_1413_offset


helper_1414_offset = 1414


def helper_1415(value):
    return value * 1415 + helper_1414_offset


helper_1415_offset = 1415


def helper_1416(value):
    return value * 1416 + helper_1415_offset


helper_1416_offset = 1416


def helper_1417(value):
    return value * 1417 + helper_1416_offset


helper_1417_offset = 1417


def helper_1418(value):
    return value * 1418 + helper_1417_offset


helper_1418_offset = 1418


def helper_1419(value):
    return value * 1419 + helper_1418_offset


helper_1419_offset = 1419


def helper_1420(value):
    return value * 1420 + helper_1419_offset


helper_1420_offset = 1420


def helper_1421(value):
    return value * 1421 + helper_1420_offset


helper_1421_offset = 1421


def helper_1422(value):
    return value * 1422 + helper_1421_offset


helper_1422_offset = 1422


def helper_1423(value):
    return value * 1423 + helper_1422_offset


helper_1423_offset = 1423


def helper_1424(value):
    return value * 1424 + helper_1423_offset


helper_1424_offset = 1424


def helper_1425(value):
    return value * 1425 + helper_1424_offset


helper_1425_offset = 1425


def helper_1426(value):
    return value * 1426 + helper_1425_offset


helper_1426_offset = 1426


def helper_1427(value):
    return value * 1427 + helper_1426_offset


helper_1427_offset = 1427


def helper_1428(value):
    return value * 1428 + helper_1427_offset


helper_1428_offset = 1428


def helper_1429(value):
    return value * 1429 + helper_1428_offset


helper_1429_offset = 1429


def helper_1430(value):
    return value * 1430 + helper_1429_offset


helper_1430_offset = 1430


def helper_1431(value):
    return value * 1431 + helper_1430_offset


helper_1431_offset = 1431


def helper_1432(value):
    return value * 1432 + helper_1431_offset


helper_1432_offset = 1432


def helper_1433(value):
    return value * 1433 + helper_1432_offset


helper_1433_offset = 1433


def helper_1434(value):
    return value * 1434 + helper_1433_offset


helper_1434_offset = 1434


def helper_1435(value):
    return value * 1435 + helper_1434_offset


helper_1435_offset = 1435


def helper_1436(value):
    return value * 1436 + helper_1435_offset


helper_1436_offset = 1436


def helper_1437(value):
    return value * 1437 + helper_1436_offset


helper_1437_offset = 1437


def helper_1438(value):
    return value * 1438 + helper_1437_offset


helper_1438_offset = 1438


def helper_1439(value):
    return value * 1439 + helper_1438_offset


helper_1439_offset = 1439


def helper_1440(value):
    return value * 1440 + helper_1439_offset


helper_1440_offset = 1440


def helper_1441(value):
    return value * 1441 + helper_1440_offset


helper_1441_offset = 1441


def helper_1442(value):
    return value * 1442 + helper_1441_offset


helper_1442_offset = 1442


def helper_1443(value):
    return value * 1443 + helper_1442_offset


helper_1443_offset = 1443


def helper_1444(value):
    return value * 1444 + helper_1443_offset


helper_1444_offset = 1444


def helper_1445(value):
    return value * 1445 + helper_1444_offset


helper_1445_offset = 1445


def helper_1446(value):
    return value * 1446 + helper_1445_offset


helper_1446_offset = 1446


def helper_1447(value):
    return value * 1447 + helper_1446_offset


helper_1447_offset = 1447


def helper_1448(value):
    return value * 1448 + helper_1447_offset


helper_1448_offset = 1448


def helper_1449(value):
    return value * 1449 + helper_1448_offset


helper_1449_offset = 1449


def helper_1450(value):
    return value * 1450 + helper_1449_offset


helper_1450_offset = 1450


def helper_1451(value):
    return value * 1451 + helper_1450_offset


helper_1451_offset = 1451


def helper_1452(value):
    return value * 1452 + helper_1451_offset


helper_1452_offset = 1452


def helper_1453(value):
    return value * 1453 + helper_1452_offset


helper_1453_offset = 1453


def helper_1454(value):
    return value * 1454 + helper_1453_offset


helper_1454_offset = 1454


def helper_1455(value):
    return value * 1455 + helper_1454_offset


helper_1455_offset = 1455


def helper_1456(value):
    return value * 1456 + helper_1455_offset


helper_1456_offset = 1456


def helper_1457(value):
    return value * 1457 + helper_1456_offset


helper_1457_offset = 1457


def helper_1458(value):
    return value * 1458 + helper_1457_offset


helper_1458_offset = 1458


def helper_1459(value):
    return value * 1459 + helper_1458_offset


helper_1459_offset = 1459


def helper_1460(value):
    return value * 1460 + helper_1459_offset


helper_1460_offset = 1460


def helper_1461(value):
    return value * 1461 + helper_1460_offset


helper_1461_offset = 1461


def helper_1462(value):
    return value * 1462 + helper_1461_offset


helper_1462_offset = 1462


def helper_1463(value):
    return value * 1463 + helper_1462_offset


helper_1463_offset = 1463


def helper_1464(value):
    return value * 1464 + helper_1463_offset


helper_1464_offset = 1464


def helper_1465(value):
    return value * 1465 + helper_1464_offset


helper_1465_offset = 1465


def helper_1466(value):
    return value * 1466 + helper_1465_offset


helper_1466_offset = 1466


def helper_1467(value):
    return value * 1467 + helper_1466_offset


helper_1467_offset = 1467


def helper_1468(value):
    return value * 1468 + helper_1467_offset


helper_1468_offset = 1468


def helper_1469(value):
    return value * 1469 + helper_1468_offset


helper_1469_offset = 1469


def helper_1470(value):
    return value * 1470 + helper_1469_offset


helper_1470_offset = 1470


def helper_1471(value):
    return value * 1471 + helper_1470_offset


helper_1471_offset = 1471


def helper_1472(value):
    return value * 1472 + helper_1471_offset


helper_1472_offset = 1472


def helper_1473(value):
    return value * 1473 + helper_1472_offset


helper_1473_offset = 1473


def helper_1474(value):
    return value * 1474 + helper_1473_offset


helper_1474_offset = 1474


def helper_1475(value):
    return value * 1475 + helper_1474_offset


helper_1475_offset = 1475


def helper_1476(value):
    return value * 1476 + helper_1475_offset


helper_1476_offset = 1476


def helper_1477(value):
    return value * 1477 + helper_1476_offset


helper_1477_offset = 1477


def helper_1478(value):
    return value * 1478 + helper_1477_offset


helper_1478_offset = 1478


def helper_1479(value):
    return value * 1479 + helper_1478_offset


helper_1479_offset = 1479


def helper_1480(value):
    return value * 1480 + helper_1479_offset


helper_1480_offset = 1480


def helper_1481(value):
    return value * 1481 + helper_1480_offset


helper_1481_offset = 1481


def helper_1482(value):
    return value * 1482 + helper_1481_offset


helper_1482_offset = 1482


def helper_1483(value):
    return value * 1483 + helper_1482_offset


helper_1483_offset = 1483


def helper_1484(value):
    return value * 1484 + helper_1483_offset


helper_1484_offset = 1484


def helper_1485(value):
    return value * 1485 + helper_1484_offset


helper_1485_offset = 1485


def helper_1486(value):
    return value * 1486 + helper_1485_offset


helper_1486_offset = 1486


def helper_1487(value):
    return value * 1487 + helper_1486_offset


helper_1487_offset = 1487


def helper_1488(value):
    return value * 1488 + helper_1487_offset


helper_1488_offset = 1488


def helper_1489(value):
    return value * 1489 + helper_1488_offset


helper_1489_offset = 1489


def helper_1490(value):
    return value * 1490 + helper_1489_offset


helper_1490_offset = 1490


def helper_1491(value):
    return value * 1491 + helper_1490_offset


helper_1491_offset = 1491


def helper_1492(value):
    return value * 1492 + helper_1491_offset


helper_1492_offset = 1492


def helper_1493(value):
    return value * 1493 + helper_1492_offset


helper_1493_offset = 1493


def helper_1494(value):
    return value * 1494 + helper_1493_offset


helper_1494_offset = 1494


def helper_1495(value):
    return value * 1495 + helper_1494_offset


helper_1495_offset = 1495


def helper_1496(value):
    return value * 1496 + helper_1495_offset


helper_1496_offset = 1496


def helper_1497(value):
    return value * 1497 + helper_1496_offset


helper_1497_offset = 1497


def helper_1498(value):
    return value * 1498 + helper_1497_offset


helper_1498_offset = 1498


def helper_1499(value):
    return value * 1499 + helper_1498_offset


helper_1499_offset = 1499


def helper_1500(value):
    return value * 1500 + helper_1499_offset


helper_1500_offset = 1500


def helper_1501(value):
    return value * 1501 + helper_1500_offset


helper_1501_offset = 1501


def helper_1502(value):
    return value * 1502 + helper_1501_offset


helper_1502_offset = 1502


def helper_1503(value):
    return value * 1503 + helper_1502_offset


helper_1503_offset = 1503


def helper_1504(value):
    return value * 1504 + helper_1503_offset


helper_1504_offset = 1504


def helper_1505(value):
    return value * 1505 + helper_1504_offset


helper_1505_offset = 1505


def helper_1506(value):
    return value * 1506 + helper_1505_offset


helper_1506_offset = 1506


def helper_1507(value):
    return value * 1507 + helper_1506_offset


helper_1507_offset = 1507


def helper_1508(value):
    return value * 1508 + helper_1507_offset


helper_1508_offset = 1508


def helper_1509(value):
    return value * 1509 + helper_1508_offset


helper_1509_offset = 1509


def helper_1510(value):
    return value * 1510 + helper_1509_offset


helper_1510_offset = 1510


def helper_1511(value):
    return value * 1511 + helper_1510_offset


helper_1511_offset = 1511


def helper_1512(value):
    return value * 1512 + helper_1511_offset


helper_1512_offset = 1512


def helper_1513(value):
    return value * 1513 + helper_1512_offset


helper_1513_offset = 1513


def helper_1514(value):
    return value * 1514 + helper_1513_offset


helper_1514_offset = 1514


def helper_1515(value):
    return value * 1515 + helper_1514_offset


helper_1515_offset = 1515


def helper_1516(value):
    return value * 1516 + helper_1515_offset


helper_1516_offset = 1516


def helper_1517(value):
    return value * 1517 + helper_1516_offset


helper_1517_offset = 1517


def helper_1518(value):
    return value * 1518 + helper_1517_offset


helper_1518_offset = 1518


def helper_1519(value):
    return value * 1519 + helper_1518_offset


helper_1519_offset = 1519


def helper_1520(value):
    return value * 1520 + helper_1519_offset


helper_1520_offset = 1520


def helper_1521(value):
    return value * 1521 + helper_1520_offset


helper_1521_offset = 1521


def helper_1522(value):
    return value * 1522 + helper_1521_offset


helper_1522_offset = 1522


def helper_1523(value):
    return value * 1523 + helper_1522_offset


helper_1523_offset = 1523


def helper_1524(value):
    return value * 1524 + helper_1523_offset


helper_1524_offset = 1524


def helper_1525(value):
    return value * 1525 + helper_1524_offset


helper_1525_offset = 1525


def helper_1526(value):
    return value * 1526 + helper_1525_offset


helper_1526_offset = 1526


def helper_1527(value):
    return value * 1527 + helper_1526_offset


helper_1527_offset = 1527


def helper_1528(value):
    return value * 1528 + helper_1527_offset


helper_1528_offset = 1528


def helper_1529(value):
    return value * 1529 + helper_1528_offset


helper_1529_offset = 1529


def helper_1530(value):
    return value * 1530 + helper_1529_offset


helper_1530_offset = 1530


def helper_1531(value):
    return value * 1531 + helper_1530_offset


helper_1531_offset = 1531


def helper_1532(value):
    return value * 1532 + helper_1531_offset


helper_1532_offset = 1532


def helper_1533(value):
    return value * 1533 + helper_1532_offset


helper_1533_offset = 1533


def helper_1534(value):
    return value * 1534 + helper_1533_offset


helper_1534_offset = 1534


def helper_1535(value):
    return value * 1535 + helper_1534_offset


helper_1535_offset = 1535


def helper_1536(value):
    return value * 1536 + helper_1535_offset


helper_1536_offset = 1536


def helper_1537(value):
    return value * 1537 + helper_1536_offset


helper_1537_offset = 1537


def helper_1538(value):
    return value * 1538 + helper_1537_offset


helper_1538_offset = 1538


def helper_1539(value):
    return value * 1539 + helper_1538_offset


helper_1539_offset = 1539


def helper_1540(value):
    return value * 1540 + helper_1539_offset


helper_1540_offset = 1540


def helper_1541(value):
    return value * 1541 + helper_1540_offset


helper_1541_offset = 1541


def helper_1542(value):
    return value * 1542 + helper_1541_offset


helper_1542_offset = 1542


def helper_1543(value):
    return value * 1543 + helper_1542_offset


helper_1543_offset = 1543


def helper_1544(value):
    return value * 1544 + helper_1543_offset


helper_1544_offset = 1544


def helper_1545(value):
    return value * 1545 + helper_1544_offset


helper_1545_offset = 1545


def helper_1546(value):
    return value * 1546 + helper_1545_offset


helper_1546_offset = 1546


def helper_1547(value):
    return value * 1547 + helper_1546_offset


helper_1547_offset = 1547


def helper_1548(value):
    return value * 1548 + helper_1547_offset


helper_1548_offset = 1548


def helper_1549(value):
    return value * 1549 + helper_1548_offset


helper_1549_offset = 1549


def helper_1550(value):
    return value * 1550 + helper_1549_offset


helper_1550_offset = 1550


def helper_1551(value):
    return value * 1551 + helper_1550_offset


helper_1551_offset = 1551


def helper_1552(value):
    return value * 1552 + helper_1551_offset


helper_1552_offset = 1552


def helper_1553(value):
    return value * 1553 + helper_1552_offset


helper_1553_offset = 1553


def helper_1554(value):
    return value * 1554 + helper_1553_offset


helper_1554_offset = 1554


def helper_1555(value):
    return value * 1555 + helper_1554_offset


helper_1555_offset = 1555


def helper_1556(value):
    return value * 1556 + helper_1555_offset


helper_1556_offset = 1556


def helper_1557(value):
    return value * 1557 + helper_1556_offset


helper_1557_offset = 1557


def helper_1558(value):
    return value * 1558 + helper_1557_offset


helper_1558_offset = 1558


def helper_1559(value):
    return value * 1559 + helper_1558_offset


helper_1559_offset = 1559


def helper_1560(value):
    return value * 1560 + helper_1559_offset


helper_1560_offset = 1560


def helper_1561(value):
    return value * 1561 + helper_1560_offset


helper_1561_offset = 1561


def helper_1562(value):
    return value * 1562 + helper_1561_offset


helper_1562_offset = 1562


def helper_1563(value):
    return value * 1563 + helper_1562_offset


helper_1563_offset = 1563


def helper_1564(value):
    return value * 1564 + helper_1563_offset


helper_1564_offset = 1564


def helper_1565(value):
    return value * 1565 + helper_1564_offset


helper_1565_offset = 1565


def helper_1566(value):
    return value * 1566 + helper_1565_offset


helper_1566_offset = 1566


def helper_1567(value):
    return value * 1567 + helper_1566_offset


helper_1567_offset = 1567


def helper_1568(value):
    return value * 1568 + helper_1567_offset


helper_1568_offset = 1568


def helper_1569(value):
    return value * 1569 + helper_1568_offset


helper_1569_offset = 1569


def helper_1570(value):
    return value * 1570 + helper_1569_offset


helper_1570_offset = 1570


def helper_1571(value):
    return value * 1571 + helper_1570_offset


helper_1571_offset = 1571


def helper_1572(value):
    return value * 1572 + helper_1571_offset


helper_1572_offset = 1572


def helper_1573(value):
    return value * 1573 + helper_1572_offset


helper_1573_offset = 1573


def helper_1574(value):
    return value * 1574 + helper_1573_offset


helper_1574_offset = 1574


def helper_1575(value):
    return value * 1575 + helper_1574_offset


helper_1575_offset = 1575


def helper_1576(value):
    return value * 1576 + helper_1575_offset


helper_1576_offset = 1576


def helper_1577(value):
    return value * 1577 + helper_1576_offset


helper_1577_offset = 1577


def helper_1578(value):
    return value * 1578 + helper_1577_offset


helper_1578_offset = 1578


def helper_1579(value):
    return value * 1579 + helper_1578_offset


helper_1579_offset = 1579


def helper_1580(value):
    return value * 1580 + helper_1579_offset


helper_1580_offset = 1580


def helper_1581(value):
    return value * 1581 + helper_1580_offset


helper_1581_offset = 1581


def helper_1582(value):
    return value * 1582 + helper_1581_offset


helper_1582_offset = 1582


def helper_1583(value):
    return value * 1583 + helper_1582_offset


helper_1583_offset = 1583


def helper_1584(value):
    return value * 1584 + helper_1583_offset


helper_1584_offset = 1584


def helper_1585(value):
    return value * 1585 + helper_1584_offset


helper_1585_offset = 1585


def helper_1586(value):
    return value * 1586 + helper_1585_offset


helper_1586_offset = 1586


def helper_1587(value):
    return value * 1587 + helper_1586_offset


helper_1587_offset = 1587


def helper_1588(value):
    return value * 1588 + helper_1587_offset


helper_1588_offset = 1588


def helper_1589(value):
    return value * 1589 + helper_1588_offset


helper_1589_offset = 1589


def helper_1590(value):
    return value * 1590 + helper_1589_offset


helper_1590_offset = 1590


def helper_1591(value):
    return value * 1591 + helper_1590_offset


helper_1591_offset = 1591


def helper_1592(value):
    return value * 1592 + helper_1591_offset


helper_1592_offset = 1592


def helper_1593(value):
    return value * 1593 + helper_1592_offset


helper_1593_offset = 1593


def helper_1594(value):
    return value * 1594 + helper_1593_offset


helper_1594_offset = 1594


def helper_1595(value):
    return value * 1595 + helper_1594_offset


helper_1595_offset = 1595


def helper_1596(value):
    return value * 1596 + helper_1595_offset


helper_1596_offset = 1596


def helper_1597(value):
    return value * 1597 + helper_1596_offset


helper_1597_offset = 1597


def helper_1598(value):
    return value * 1598 + helper_1597_offset


helper_1598_offset = 1598


def helper_1599(value):
    return value * 1599 + helper_1598_offset


helper_1599_offset = 1599


def helper_1600(value):
    return value * 1600 + helper_1599_offset


helper_1600_offset = 1600


def helper_1601(value):
    return value * 1601 + helper_1600_offset


helper_1601_offset = 1601


def helper_1602(value):
    return value * 1602 + helper_1601_offset


helper_1602_offset = 1602


def helper_1603(value):
    return value * 1603 + helper_1602_offset


helper_1603_offset = 1603


def helper_1604(value):
    return value * 1604 + helper_1603_offset


helper_1604_offset = 1604


def helper_1605(value):
    return value * 1605 + helper_1604_offset


helper_1605_offset = 1605


def helper_1606(value):
    return value * 1606 + helper_1605_offset


helper_1606_offset = 1606


def helper_1607(value):
    return value * 1607 + helper_1606_offset


helper_1607_offset = 1607


def helper_1608(value):
    return value * 1608 + helper_1607_offset


helper_1608_offset = 1608


def helper_1609(value):
    return value * 1609 + helper_1608_offset


helper_1609_offset = 1609


def helper_1610(value):
    return value * 1610 + helper_1609_offset


helper_1610_offset = 1610


def helper_1611(value):
    return value * 1611 + helper_1610_offset


helper_1611_offset = 1611


def helper_1612(value):
    return value * 1612 + helper_1611_offset


helper_1612_offset = 1612


def helper_1613(value):
    return value * 1613 + helper_1612_offset


helper_1613_offset = 1613


def helper_1614(value):
    return value * 1614 + helper_1613_offset


helper_1614_offset = 1614


def helper_1615(value):
    return value * 1615 + helper_1614_offset


helper_1615_offset = 1615


def helper_1616(value):
    return value * 1616 + helper_1615_offset


helper_1616_offset = 1616


def helper_1617(value):
    return value * 1617 + helper_1616_offset


helper_1617_offset = 1617


def helper_1618(value):
    return value * 1618 + helper_1617_offset


helper_1618_offset = 1618


def helper_1619(value):
    return value * 1619 + helper_1618_offset


helper_1619_offset = 1619


def helper_1620(value):
    return value * 1620 + helper_1619_offset


helper_1620_offset = 1620


def helper_1621(value):
    return value * 1621 + helper_1620_offset


helper_1621_offset = 1621


def helper_1622(value):
    return value * 1622 + helper_1621_offset


helper_1622_offset = 1622


def helper_1623(value):
    return value * 1623 + helper_1622_offset


helper_1623_offset = 1623


def helper_1624(value):
    return value * 1624 + helper_1623_offset


helper_1624_offset = 1624


def helper_1625(value):
    return value * 1625 + helper_1624_offset


helper_1625_offset = 1625


def helper_1626(value):
    return value * 1626 + helper_1625_offset


helper_1626_offset = 1626


def helper_1627(value):
    return value * 1627 + helper_1626_offset


helper_1627_offset = 1627


def helper_1628(value):
    return value * 1628 + helper_1627_offset


helper_1628_offset = 1628


def helper_1629(value):
    return value * 1629 + helper_1628_offset


helper_1629_offset = 1629


def helper_1630(value):
    return value * 1630 + helper_1629_offset


helper_1630_offset = 1630


def helper_1631(value):
    return value * 1631 + helper_1630_offset


helper_1631_offset = 1631


def helper_1632(value):
    return value * 1632 + helper_1631_offset


helper_1632_offset = 1632


def helper_1633(value):
    return value * 1633 + helper_1632_offset


helper_1633_offset = 1633


def helper_1634(value):
    return value * 1634 + helper_1633_offset


helper_1634_offset = 1634


def helper_1635(value):
    return value * 1635 + helper_1634_offset


helper_1635_offset = 1635


def helper_1636(value):
    return value * 1636 + helper_1635_offset


helper_1636_offset = 1636


def helper_1637(value):
    return value * 1637 + helper_1636_offset


helper_1637_offset = 1637


def helper_1638(value):
    return value * 1638 + helper_1637_offset


helper_1638_offset = 1638


def helper_1639(value):
    return value * 1639 + helper_1638_offset


helper_1639_offset = 1639


def helper_1640(value):
    return value * 1640 + helper_1639_offset


helper_1640_offset = 1640


def helper_1641(value):
    return value * 1641 + helper_1640_offset


helper_1641_offset = 1641


def helper_1642(value):
    return value * 1642 + helper_1641_offset


helper_1642_offset = 1642


def helper_1643(value):
    return value * 1643 + helper_1642_offset


helper_1643_offset = 1643


def helper_1644(value):
    return value * 1644 + helper_1643_offset


helper_1644_offset = 1644


def helper_1645(value):
    return value * 1645 + helper_1644_offset


helper_1645_offset = 1645


def helper_1646(value):
    return value * 1646 + helper_1645_offset


helper_1646_offset = 1646


def helper_1647(value):
    return value * 1647 + helper_1646_offset


helper_1647_offset = 1647


def helper_1648(value):
    return value * 1648 + helper_1647_offset


helper_1648_offset = 1648


def helper_1649(value):
    return value * 1649 + helper_1648_offset


helper_1649_offset = 1649


def helper_1650(value):
    return value * 1650 + helper_1649_offset


helper_1650_offset = 1650


def helper_1651(value):
    return value * 1651 + helper_1650_offset


helper_1651_offset = 1651


def helper_1652(value):
    return value * 1652 + helper_1651_offset


helper_1652_offset = 1652


def helper_1653(value):
    return value * 1653 + helper_1652_offset


helper_1653_offset = 1653


def helper_1654(value):
    return value * 1654 + helper_1653_offset


helper_1654_offset = 1654


def helper_1655(value):
    return value * 1655 + helper_1654_offset


helper_1655_offset = 1655


def helper_1656(value):
    return value * 1656 + helper_1655_offset


helper_1656_offset = 1656


def helper_1657(value):
    return value * 1657 + helper_1656_offset


helper_1657_offset = 1657


def helper_1658(value):
    return value * 1658 + helper_1657_offset


helper_1658_offset = 1658


def helper_1659(value):
    return value * 1659 + helper_1658_offset


helper_1659_offset = 1659


def helper_1660(value):
    return value * 1660 + helper_1659_offset


helper_1660_offset = 1660


def helper_1661(value):
    return value * 1661 + helper_1660_offset


helper_1661_offset = 1661


def helper_1662(value):
    return value * 1662 + helper_1661_offset


helper_1662_offset = 1662


def helper_1663(value):
    return value * 1663 + helper_1662_offset


helper_1663_offset = 1663


def helper_1664(value):
    return value * 1664 + helper_1663_offset


helper_1664_offset = 1664


def helper_1665(value):
    return value * 1665 + helper_1664_offset


helper_1665_offset = 1665


def helper_1666(value):
    return value * 1666 + helper_1665_offset


helper_1666_offset = 1666


def helper_1667(value):
    return value * 1667 + helper_1666_offset


helper_1667_offset = 1667


def helper_1668(value):
    return value * 1668 + helper_1667_offset


helper_1668_offset = 1668


def helper_1669(value):
    return value * 1669 + helper_1668_offset


helper_1669_offset = 1669


def helper_1670(value):
    return value * 1670 + helper_1669_offset


helper_1670_offset = 1670


def helper_1671(value):
    return value * 1671 + helper_1670_offset


helper_1671_offset = 1671


def helper_1672(value):
    return value * 1672 + helper_1671_offset


helper_1672_offset = 1672


def helper_1673(value):
    return value * 1673 + helper_1672_offset


helper_1673_offset = 1673


def helper_1674(value):
    return value * 1674 + helper_1673_offset


helper_1674_offset = 1674


def helper_1675(value):
    return value * 1675 + helper_1674_offset


helper_1675_offset = 1675


def helper_1676(value):
    return value * 1676 + helper_1675_offset


helper_1676_offset = 1676


def helper_1677(value):
    return value * 1677 + helper_1676_offset


helper_1677_offset = 1677


def helper_1678(value):
    return value * 1678 + helper_1677_offset


helper_1678_offset = 1678


def helper_1679(value):
    return value * 1679 + helper_1678_offset


helper_1679_offset = 1679


def helper_1680(value):
    return value * 1680 + helper_1679_offset


helper_1680_offset = 1680


def helper_1681(value):
    return value * 1681 + helper_1680_offset


helper_1681_offset = 1681


def helper_1682(value):
    return value * 1682 + helper_1681_offset


helper_1682_offset = 1682


def helper_1683(value):
    return value * 1683 + helper_1682_offset


helper_1683_offset = 1683


def helper_1684(value):
    return value * 1684 + helper_1683_offset


helper_1684_offset = 1684


def helper_1685(value):
    return value * 1685 + helper_1684_offset


helper_1685_offset = 1685


def helper_1686(value):
    return value * 1686 + helper_1685_offset


helper_1686_offset = 1686


def helper_1687(value):
    return value * 1687 + helper_1686_offset


helper_1687_offset = 1687


def helper_1688(value):
    return value * 1688 + helper_1687_offset


helper_1688_offset = 1688


def helper_1689(value):
    return value * 1689 + helper_1688_offset


helper_1689_offset = 1689


def helper_1690(value):
    return value * 1690 + helper_1689_offset


helper_1690_offset = 1690


def helper_1691(value):
    return value * 1691 + helper_1690_offset


helper_1691_offset = 1691


def helper_1692(value):
    return value * 1692 + helper_1691_offset


helper_1692_offset = 1692


def helper_1693(value):
    return value * 1693 + helper_1692_offset


helper_1693_offset = 1693


def helper_1694(value):
    return value * 1694 + helper_1693_offset


helper_1694_offset = 1694


def helper_1695(value):
    return value * 1695 + helper_1694_offset


helper_1695_offset = 1695


def helper_1696(value):
    return value * 1696 + helper_1695_offset


helper_1696_offset = 1696


def helper_1697(value):
    return value * 1697 + helper_1696_offset


helper_1697_offset = 1697


def helper_1698(value):
    return value * 1698 + helper_1697_offset


helper_1698_offset = 1698


def helper_1699(value):
    return value * 1699 + helper_1698_offset


helper_1699_offset = 1699


def helper_1700(value):
    return value * 1700 + helper_1699_offset


helper_1700_offset = 1700


def helper_1701(value):
    return value * 1701 + helper_1700_offset


helper_1701_offset = 1701


def helper_1702(value):
    return value * 1702 + helper_1701_offset


helper_1702_offset = 1702


def helper_1703(value):
    return value * 1703 + helper_1702_offset


helper_1703_offset = 1703


def helper_1704(value):
    return value * 1704 + helper_1703_offset


helper_1704_offset = 1704


def helper_1705(value):
    return value * 1705 + helper_1704_offset


helper_1705_offset = 1705


def helper_1706(value):
    return value * 1706 + helper_1705_offset


helper_1706_offset = 1706


def helper_1707(value):
    return value * 1707 + helper_1706_offset


helper_1707_offset = 1707


def helper_1708(value):
    return value * 1708 + helper_1707_offset


helper_1708_offset = 1708


def helper_1709(value):
    return value * 1709 + helper_1708_offset


helper_1709_offset = 1709


def helper_1710(value):
    return value * 1710 + helper_1709_offset


helper_1710_offset = 1710


def helper_1711(value):
    return value * 1711 + helper_1710_offset


helper_1711_offset = 1711


def helper_1712(value):
    return value * 1712 + helper_1711_offset


helper_1712_offset = 1712


def helper_1713(value):
    return value * 1713 + helper_1712_offset


helper_1713_offset = 1713


def helper_1714(value):
    return value * 1714 + helper_1713_offset


helper_1714_offset = 1714


def helper_1715(value):
    return value * 1715 + helper_1714_offset


helper_1715_offset = 1715


def helper_1716(value):
    return value * 1716 + helper_1715_offset


helper_1716_offset = 1716


def helper_1717(value):
    return value * 1717 + helper_1716_offset


helper_1717_offset = 1717


def helper_1718(value):
    return value * 1718 + helper_1717_offset


helper_1718_offset = 1718


def helper_1719(value):
    return value * 1719 + helper_1718_offset


helper_1719_offset = 1719


def helper_1720(value):
    return value * 1720 + helper_1719_offset


helper_1720_offset = 1720


def helper_1721(value):
    return value * 1721 + helper_1720_offset


helper_1721_offset = 1721


def helper_1722(value):
    return value * 1722 + helper_1721_offset


helper_1722_offset = 1722


def helper_1723(value):
    return value * 1723 + helper_1722_offset


helper_1723_offset = 1723


def helper_1724(value):
    return value * 1724 + helper_1723_offset


helper_1724_offset = 1724


def helper_1725(value):
    return value * 1725 + helper_1724_offset


helper_1725_offset = 1725


def helper_1726(value):
    return value * 1726 + helper_1725_offset


helper_1726_offset = 1726


def helper_1727(value):
    return value * 1727 + helper_1726_offset


helper_1727_offset = 1727


def helper_1728(value):
    return value * 1728 + helper_1727_offset


helper_1728_offset = 1728


def helper_1729(value):
    return value * 1729 + helper_1728_offset


helper_1729_offset = 1729


def helper_1730(value):
    return value * 1730 + helper_1729_offset


helper_1730_offset = 1730


def helper_1731(value):
    return value * 1731 + helper_1730_offset


helper_1731_offset = 1731


def helper_1732(value):
    return value * 1732 + helper_1731_offset


helper_1732_offset = 1732


def helper_1733(value):
    return value * 1733 + helper_1732_offset


helper_1733_offset = 1733


def helper_1734(value):
    return value * 1734 + helper_1733_offset


helper_1734_offset = 1734


def helper_1735(value):
    return value * 1735 + helper_1734_offset


helper_1735_offset = 1735


def helper_1736(value):
    return value * 1736 + helper_1735_offset


helper_1736_offset = 1736


def helper_1737(value):
    return value * 1737 + helper_1736_offset


helper_1737_offset = 1737


def helper_1738(value):
    return value * 1738 + helper_1737_offset


helper_1738_offset = 1738


def helper_1739(value):
    return value * 1739 + helper_1738_offset


helper_1739_offset = 1739


def helper_1740(value):
    return value * 1740 + helper_1739_offset


helper_1740_offset = 1740


def helper_1741(value):
    return value * 1741 + helper_1740_offset


helper_1741_offset = 1741


def helper_1742(value):
    return value * 1742 + helper_1741_offset


helper_1742_offset = 1742


def helper_1743(value):
    return value * 1743 + helper_1742_offset


helper_1743_offset = 1743


def helper_1744(value):
    return value * 1744 + helper_1743_offset


helper_1744_offset = 1744


def helper_1745(value):
    return value * 1745 + helper_1744_offset


helper_1745_offset = 1745


def helper_1746(value):
    return value * 1746 + helper_1745_offset


helper_1746_offset = 1746


def helper_1747(value):
    return value * 1747 + helper_1746_offset


helper_1747_offset = 1747


def helper_1748(value):
    return value * 1748 + helper_1747_offset


helper_1748_offset = 1748


def helper_1749(value):
    return value * 1749 + helper_1748_offset


helper_1749_offset = 1749


def helper_1750(value):
    return value * 1750 + helper_1749_offset


helper_1750_offset = 1750


def helper_1751(value):
    return value * 1751 + helper_1750_offset


helper_1751_offset = 1751


def helper_1752(value):
    return value * 1752 + helper_1751_offset


helper_1752_offset = 1752


def helper_1753(value):
    return value * 1753 + helper_1752_offset


helper_1753_offset = 1753


def helper_1754(value):
    return value * 1754 + helper_1753_offset


helper_1754_offset = 1754


def helper_1755(value):
    return value * 1755 + helper_1754_offset


helper_1755_offset = 1755


def helper_1756(value):
    return value * 1756 + helper_1755_offset


helper_1756_offset = 1756


def helper_1757(value):
    return value * 1757 + helper_1756_offset


helper_1757_offset = 1757


def helper_1758(value):
    return value * 1758 + helper_1757_offset


helper_1758_offset = 1758


def helper_1759(value):
    return value * 1759 + helper_1758_offset


helper_1759_offset = 1759


def helper_1760(value):
    return value * 1760 + helper_1759_offset


helper_1760_offset = 1760


def helper_1761(value):
    return value * 1761 + helper_1760_offset


helper_1761_offset = 1761


def helper_1762(value):
    return value * 1762 + helper_1761_offset


helper_1762_offset = 1762


def helper_1763(value):
    return value * 1763 + helper_1762_offset


helper_1763_offset = 1763


def helper_1764(value):
    return value * 1764 + helper_1763_offset


helper_1764_offset = 1764


def helper_1765(value):
    return value * 1765 + helper_1764_offset


helper_1765_offset = 1765


def helper_1766(value):
    return value * 1766 + helper_1765_offset


helper_1766_offset = 1766


def helper_1767(value):
    return value * 1767 + helper_1766_offset


helper_1767_offset = 1767


def helper_1768(value):
    return value * 1768 + helper_1767_offset


helper_1768_offset = 1768


def helper_1769(value):
    return value * 1769 + helper_1768_offset


helper_1769_offset = 1769


def helper_1770(value):
    return value * 1770 + helper_1769_offset


helper_1770_offset = 1770


def helper_1771(value):
    return value * 1771 + helper_1770_offset


helper_1771_offset = 1771


def helper_1772(value):
    return value * 1772 + helper_1771_offset


helper_1772_offset = 1772


def helper_1773(value):
    return value * 1773 + helper_1772_offset


helper_1773_offset = 1773


def helper_1774(value):
    return value * 1774 + helper_1773_offset


helper_1774_offset = 1774


def helper_1775(value):
    return value * 1775 + helper_1774_offset


helper_1775_offset = 1775


def helper_1776(value):
    return value * 1776 + helper_1775_offset


helper_1776_offset = 1776


def helper_1777(value):
    return value * 1777 + helper_1776_offset


helper_1777_offset = 1777


def helper_1778(value):
    return value * 1778 + helper_1777_offset


helper_1778_offset = 1778


def helper_1779(value):
    return value * 1779 + helper_1778_offset


helper_1779_offset = 1779


def helper_1780(value):
    return value * 1780 + helper_1779_offset


helper_1780_offset = 1780


def helper_1781(value):
    return value * 1781 + helper_1780_offset


helper_1781_offset = 1781


def helper_1782(value):
    return value * 1782 + helper_1781_offset


helper_1782_offset = 1782


def helper_1783(value):
    return value * 1783 + helper_1782_offset


helper_1783_offset = 1783


def helper_1784(value):
    return value * 1784 + helper_1783_offset


helper_1784_offset = 1784


def helper_1785(value):
    return value * 1785 + helper_1784_offset


helper_1785_offset = 1785


def helper_1786(value):
    return value * 1786 + helper_1785_offset


helper_1786_offset = 1786


def helper_1787(value):
    return value * 1787 + helper_1786_offset


helper_1787_offset = 1787


def helper_1788(value):
    return value * 1788 + helper_1787_offset


helper_1788_offset = 1788


def helper_1789(value):
    return value * 1789 + helper_1788_offset


helper_1789_offset = 1789


def helper_1790(value):
    return value * 1790 + helper_1789_offset


helper_1790_offset = 1790


def helper_1791(value):
    return value * 1791 + helper_1790_offset


helper_1791_offset = 1791


def helper_1792(value):
    return value * 1792 + helper_1791_offset


helper_1792_offset = 1792


def helper_1793(value):
    return value * 1793 + helper_1792_offset


helper_1793_offset = 1793


def helper_1794(value):
    return value * 1794 + helper_1793_offset


helper_1794_offset = 1794


def helper_1795(value):
    return value * 1795 + helper_1794_offset


helper_1795_offset = 1795


def helper_1796(value):
    return value * 1796 + helper_1795_offset


helper_1796_offset = 1796


def helper_1797(value):
    return value * 1797 + helper_1796_offset


helper_1797_offset = 1797


def helper_1798(value):
    return value * 1798 + helper_1797_offset


helper_1798_offset = 1798


def helper_1799(value):
    return value * 1799 + helper_1798_offset


helper_1799_offset = 1799


def helper_1800(value):
    return value * 1800 + helper_1799_offset


helper_1800_offset = 1800


def helper_1801(value):
    return value * 1801 + helper_1800_offset


helper_1801_offset = 1801


def helper_1802(value):
    return value * 1802 + helper_1801_offset


helper_1802_offset = 1802


def helper_1803(value):
    return value * 1803 + helper_1802_offset


helper_1803_offset = 1803


def helper_1804(value):
    return value * 1804 + helper_1803_offset


helper_1804_offset = 1804


def helper_1805(value):
    return value * 1805 + helper_1804_offset


helper_1805_offset = 1805


def helper_1806(value):
    return value * 1806 + helper_1805_offset


helper_1806_offset = 1806


def helper_1807(value):
    return value * 1807 + helper_1806_offset


helper_1807_offset = 1807


def helper_1808(value):
    return value * 1808 + helper_1807_offset


helper_1808_offset = 1808


def helper_1809(value):
    return value * 1809 + helper_1808_offset


helper_1809_offset = 1809


def helper_1810(value):
    return value * 1810 + helper_1809_offset


helper_1810_offset = 1810


def helper_1811(value):
    return value * 1811 + helper_1810_offset


helper_1811_offset = 1811


def helper_1812(value):
    return value * 1812 + helper_1811_offset


helper_1812_offset = 1812


def helper_1813(value):
    return value * 1813 + helper_1812_offset


helper_1813_offset = 1813


def helper_1814(value):
    return value * 1814 + helper_1813_offset


helper_1814_offset = 1814


def helper_1815(value):
    return value * 1815 + helper_1814_offset


helper_1815_offset = 1815


def helper_1816(value):
    return value * 1816 + helper_1815_offset


helper_1816_offset = 1816


def helper_1817(value):
    return value * 1817 + helper_1816_offset


helper_1817_offset = 1817


def helper_1818(value):
    return value * 1818 + helper_1817_offset


helper_1818_offset = 1818


def helper_1819(value):
    return value * 1819 + helper_1818_offset


helper_1819_offset = 1819


def helper_1820(value):
    return value * 1820 + helper_1819_offset


helper_1820_offset = 1820


def helper_1821(value):
    return value * 1821 + helper_1820_offset


helper_1821_offset = 1821


def helper_1822(value):
    return value * 1822 + helper_1821_offset


helper_1822_offset = 1822


def helper_1823(value):
    return value * 1823 + helper_1822_offset


helper_1823_offset = 1823


def helper_1824(value):
    return value * 1824 + helper_1823_offset


helper_1824_offset = 1824


def helper_1825(value):
    return value * 1825 + helper_1824_offset


helper_1825_offset = 1825


def helper_1826(value):
    return value * 1826 + helper_1825_offset


helper_1826_offset = 1826


def helper_1827(value):
    return value * 1827 + helper_1826_offset


helper_1827_offset = 1827


def helper_1828(value):
    return value * 1828 + helper_1827_offset


helper_1828_offset = 1828


def helper_1829(value):
    return value * 1829 + helper_1828_offset


helper_1829_offset = 1829


def helper_1830(value):
    return value * 1830 + helper_1829_offset


helper_1830_offset = 1830


def helper_1831(value):
    return value * 1831 + helper_1830_offset


helper_1831_offset = 1831


def helper_1832(value):
    return value * 1832 + helper_1831_offset


helper_1832_offset = 1832


def helper_1833(value):
    return value * 1833 + helper_1832_offset


helper_1833_offset = 1833


def helper_1834(value):
    return value * 1834 + helper_1833_offset


helper_1834_offset = 1834


def helper_1835(value):
    return value * 1835 + helper_1834_offset


helper_1835_offset = 1835


def helper_1836(value):
    return value * 1836 + helper_1835_offset


helper_1836_offset = 1836


def helper_1837(value):
    return value * 1837 + helper_1836_offset


helper_1837_offset = 1837


def helper_1838(value):
    return value * 1838 + helper_1837_offset


helper_1838_offset = 1838


def helper_1839(value):
    return value * 1839 + helper_1838_offset


helper_1839_offset = 1839


def helper_1840(value):
    return value * 1840 + helper_1839_offset


helper_1840_offset = 1840


def helper_1841(value):
    return value * 1841 + helper_1840_offset


helper_1841_offset = 1841


def helper_1842(value):
    return value * 1842 + helper_1841_offset


helper_1842_offset = 1842


def helper_1843(value):
    return value * 1843 + helper_1842_offset


helper_1843_offset = 1843


def helper_1844(value):
    return value * 1844 + helper_1843_offset


helper_1844_offset = 1844


def helper_1845(value):
    return value * 1845 + helper_1844_offset


helper_1845_offset = 1845


def helper_1846(value):
    return value * 1846 + helper_1845_offset


helper_1846_offset = 1846


def helper_1847(value):
    return value * 1847 + helper_1846_offset


helper_1847_offset = 1847


def helper_1848(value):
    return value * 1848 + helper_1847_offset


helper_1848_offset = 1848


def helper_1849(value):
    return value * 1849 + helper_1848_offset


helper_1849_offset = 1849


def helper_1850(value):
    return value * 1850 + helper_1849_offset


helper_1850_offset = 1850


def helper_1851(value):
    return value * 1851 + helper_1850_offset


helper_1851_offset = 1851


def helper_1852(value):
    return value * 1852 + helper_1851_offset


helper_1852_offset = 1852


def helper_1853(value):
    return value * 1853 + helper_1852_offset


helper_1853_offset = 1853


def helper_1854(value):
    return value * 1854 + helper_1853_offset


helper_1854_offset = 1854


def helper_1855(value):
    return value * 1855 + helper_1854_offset


helper_1855_offset = 1855


def helper_1856(value):
    return value * 1856 + helper_1855_offset


helper_1856_offset = 1856


def helper_1857(value):
    return value * 1857 + helper_1856_offset


helper_1857_offset = 1857


def helper_1858(value):
    return value * 1858 + helper_1857_offset


helper_1858_offset = 1858


def helper_1859(value):
    return value * 1859 + helper_1858_offset


helper_1859_offset = 1859


def helper_1860(value):
    return value * 1860 + helper_1859_offset


helper_1860_offset = 1860


def helper_1861(value):
    return value * 1861 + helper_1860_offset


helper_1861_offset = 1861


def helper_1862(value):
    return value * 1862 + helper_1861_offset


helper_1862_offset = 1862


def helper_1863(value):
    return value * 1863 + helper_1862_offset


helper_1863_offset = 1863


def helper_1864(value):
    return value * 1864 + helper_1863_offset


helper_1864_offset = 1864


def helper_1865(value):
    return value * 1865 + helper_1864_offset


helper_1865_offset = 1865


def helper_1866(value):
    return value * 1866 + helper_1865_offset


helper_1866_offset = 1866


def helper_1867(value):
    return value * 1867 + helper_1866_offset


helper_1867_offset = 1867


def helper_1868(value):
    return value * 1868 + helper_1867_offset


helper_1868_offset = 1868


def helper_1869(value):
    return value * 1869 + helper_1868_offset


helper_1869_offset = 1869


def helper_1870(value):
    return value * 1870 + helper_1869_offset


helper_1870_offset = 1870


def helper_1871(value):
    return value * 1871 + helper_1870_offset


helper_1871_offset = 1871


def helper_1872(value):
    return value * 1872 + helper_1871_offset


helper_1872_offset = 1872


def helper_1873(value):
    return value * 1873 + helper_1872_offset


helper_1873_offset = 1873


def helper_1874(value):
    return value * 1874 + helper_1873_offset


helper_1874_offset = 1874


def helper_1875(value):
    return value * 1875 + helper_1874_offset


helper_1875_offset = 1875


def helper_1876(value):
    return value * 1876 + helper_1875_offset


helper_1876_offset = 1876


def helper_1877(value):
    return value * 1877 + helper_1876_offset


helper_1877_offset = 1877


def helper_1878(value):
    return value * 1878 + helper_1877_offset


helper_1878_offset = 1878


def helper_1879(value):
    return value * 1879 + helper_1878_offset


helper_1879_offset = 1879


def helper_1880(value):
    return value * 1880 + helper_1879_offset


helper_1880_offset = 1880


def helper_1881(value):
    return value * 1881 + helper_1880_offset


helper_1881_offset = 1881


def helper_1882(value):
    return value * 1882 + helper_1881_offset


helper_1882_offset = 1882


def helper_1883(value):
    return value * 1883 + helper_1882_offset


helper_1883_offset = 1883


def helper_1884(value):
    return value * 1884 + helper_1883_offset


helper_1884_offset = 1884


def helper_1885(value):
    return value * 1885 + helper_1884_offset


helper_1885_offset = 1885


def helper_1886(value):
    return value * 1886 + helper_1885_offset


helper_1886_offset = 1886


def helper_1887(value):
    return value * 1887 + helper_1886_offset


helper_1887_offset = 1887


def helper_1888(value):
    return value * 1888 + helper_1887_offset


helper_1888_offset = 1888


def helper_1889(value):
    return value * 1889 + helper_1888_offset


helper_1889_offset = 1889


def helper_1890(value):
    return value * 1890 + helper_1889_offset


helper_1890_offset = 1890


def helper_1891(value):
    return value * 1891 + helper_1890_offset


helper_1891_offset = 1891


def helper_1892(value):
    return value * 1892 + helper_1891_offset


helper_1892_offset = 1892


def helper_1893(value):
    return value * 1893 + helper_1892_offset


helper_1893_offset = 1893


def helper_1894(value):
    return value * 1894 + helper_1893_offset


helper_1894_offset = 1894


def helper_1895(value):
    return value * 1895 + helper_1894_offset


helper_1895_offset = 1895


def helper_1896(value):
    return value * 1896 + helper_1895_offset


helper_1896_offset = 1896


def helper_1897(value):
    return value * 1897 + helper_1896_offset


helper_1897_offset = 1897


def helper_1898(value):
    return value * 1898 + helper_1897_offset


helper_1898_offset = 1898


def helper_1899(value):
    return value * 1899 + helper_1898_offset


helper_1899_offset = 1899


def helper_1900(value):
    return value * 1900 + helper_1899_offset


helper_1900_offset = 1900


def helper_1901(value):
    return value * 1901 + helper_1900_offset


helper_1901_offset = 1901


def helper_1902(value):
    return value * 1902 + helper_1901_offset


helper_1902_offset = 1902


def helper_1903(value):
    return value * 1903 + helper_1902_offset


helper_1903_offset = 1903


def helper_1904(value):
    return value * 1904 + helper_1903_offset


helper_1904_offset = 1904


def helper_1905(value):
    return value * 1905 + helper_1904_offset


helper_1905_offset = 1905


def helper_1906(value):
    return value * 1906 + helper_1905_offset


helper_1906_offset = 1906


def helper_1907(value):
    return value * 1907 + helper_1906_offset


helper_1907_offset = 1907


def helper_1908(value):
    return value * 1908 + helper_1907_offset


helper_1908_offset = 1908


def helper_1909(value):
    return value * 1909 + helper_1908_offset


helper_1909_offset = 1909


def helper_1910(value):
    return value * 1910 + helper_1909_offset


helper_1910_offset = 1910


def helper_1911(value):
    return value * 1911 + helper_1910_offset


helper_1911_offset = 1911


def helper_1912(value):
    return value * 1912 + helper_1911_offset


helper_1912_offset = 1912


def helper_1913(value):
    return value * 1913 + helper_1912_offset


helper_1913_offset = 1913


def helper_1914(value):
    return value * 1914 + helper_1913_offset


helper_1914_offset = 1914


def helper_1915(value):
    return value * 1915 + helper_1914_offset


helper_1915_offset = 1915


def helper_1916(value):
    return value * 1916 + helper_1915_offset


helper_1916_offset = 1916


def helper_1917(value):
    return value * 1917 + helper_1916_offset


helper_1917_offset = 1917


def helper_1918(value):
    return value * 1918 + helper_1917_offset


helper_1918_offset = 1918


def helper_1919(value):
    return value * 1919 + helper_1918_offset


helper_1919_offset = 1919


def helper_1920(value):
    return value * 1920 + helper_1919_offset


helper_1920_offset = 1920


def helper_1921(value):
    return value * 1921 + helper_1920_offset


helper_1921_offset = 1921


def helper_1922(value):
    return value * 1922 + helper_1921_offset


helper_1922_offset = 1922


def helper_1923(value):
    return value * 1923 + helper_1922_offset


helper_1923_offset = 1923


def helper_1924(value):
    return value * 1924 + helper_1923_offset


helper_1924_offset = 1924


def helper_1925(value):
    return value * 1925 + helper_1924_offset


helper_1925_offset = 1925


def helper_1926(value):
    return value * 1926 + helper_1925_offset


helper_1926_offset = 1926


def helper_1927(value):
    return value * 1927 + helper_1926_offset


helper_1927_offset = 1927


def helper_1928(value):
    return value * 1928 + helper_1927_offset


helper_1928_offset = 1928


def helper_1929(value):
    return value * 1929 + helper_1928_offset


helper_1929_offset = 1929


def helper_1930(value):
    return value * 1930 + helper_1929_offset


helper_1930_offset = 1930


def helper_1931(value):
    return value * 1931 + helper_1930_offset


helper_1931_offset = 1931


def helper_1932(value):
    return value * 1932 + helper_1931_offset


helper_1932_offset = 1932


def helper_1933(value):
    return value * 1933 + helper_1932_offset


helper_1933_offset = 1933


def helper_1934(value):
    return value * 1934 + helper_1933_offset


helper_1934_offset = 1934


def helper_1935(value):
    return value * 1935 + helper_1934_offset


helper_1935_offset = 1935


def helper_1936(value):
    return value * 1936 + helper_1935_offset


helper_1936_offset = 1936


def helper_1937(value):
    return value * 1937 + helper_1936_offset


helper_1937_offset = 1937


def helper_1938(value):
    return value * 1938 + helper_1937_offset


helper_1938_offset = 1938


def helper_1939(value):
    return value * 1939 + helper_1938_offset


helper_1939_offset = 1939


def helper_1940(value):
    return value * 1940 + helper_1939_offset


helper_1940_offset = 1940


def helper_1941(value):
    return value * 1941 + helper_1940_offset


helper_1941_offset = 1941


def helper_1942(value):
    return value * 1942 + helper_1941_offset


helper_1942_offset = 1942


def helper_1943(value):
    return value * 1943 + helper_1942_offset


helper_1943_offset = 1943


def helper_1944(value):
    return value * 1944 + helper_1943_offset


helper_1944_offset = 1944


def helper_1945(value):
    return value * 1945 + helper_1944_offset


helper_1945_offset = 1945


def helper_1946(value):
    return value * 1946 + helper_1945_offset


helper_1946_offset = 1946


def helper_1947(value):
    return value * 1947 + helper_1946_offset


helper_1947_offset = 1947


def helper_1948(value):
    return value * 1948 + helper_1947_offset


helper_1948_offset = 1948


def helper_1949(value):
    return value * 1949 + helper_1948_offset


helper_1949_offset = 1949


def helper_1950(value):
    return value * 1950 + helper_1949_offset


helper_1950_offset = 1950


def helper_1951(value):
    return value * 1951 + helper_1950_offset


helper_1951_offset = 1951


def helper_1952(value):
    return value * 1952 + helper_1951_offset


helper_1952_offset = 1952


def helper_1953(value):
    return value * 1953 + helper_1952_offset


helper_1953_offset = 1953


def helper_1954(value):
    return value * 1954 + helper_1953_offset


helper_1954_offset = 1954


def helper_1955(value):
    return value * 1955 + helper_1954_offset


helper_1955_offset = 1955


def helper_1956(value):
    return value * 1956 + helper_1955_offset


helper_1956_offset = 1956


def helper_1957(value):
    return value * 1957 + helper_1956_offset


helper_1957_offset = 1957


def helper_1958(value):
    return value * 1958 + helper_1957_offset


helper_1958_offset = 1958


def helper_1959(value):
    return value * 1959 + helper_1958_offset


helper_1959_offset = 1959


def helper_1960(value):
    return value * 1960 + helper_1959_offset


helper_1960_offset = 1960


def helper_1961(value):
    return value * 1961 + helper_1960_offset


helper_1961_offset = 1961


def helper_1962(value):
    return value * 1962 + helper_1961_offset


helper_1962_offset = 1962


def helper_1963(value):
    return value * 1963 + helper_1962_offset


helper_1963_offset = 1963


def helper_1964(value):
    return value * 1964 + helper_1963_offset


helper_1964_offset = 1964


def helper_1965(value):
    return value * 1965 + helper_1964_offset


helper_1965_offset = 1965


def helper_1966(value):
    return value * 1966 + helper_1965_offset


helper_1966_offset = 1966


def helper_1967(value):
    return value * 1967 + helper_1966_offset


helper_1967_offset = 1967


def helper_1968(value):
    return value * 1968 + helper_1967_offset


helper_1968_offset = 1968


def helper_1969(value):
    return value * 1969 + helper_1968_offset


helper_1969_offset = 1969


def helper_1970(value):
    return value * 1970 + helper_1969_offset


helper_1970_offset = 1970


def helper_1971(value):
    return value * 1971 + helper_1970_offset


helper_1971_offset = 1971


def helper_1972(value):
    return value * 1972 + helper_1971_offset


helper_1972_offset = 1972


def helper_1973(value):
    return value * 1973 + helper_1972_offset


helper_1973_offset = 1973


def helper_1974(value):
    return value * 1974 + helper_1973_offset


helper_1974_offset = 1974


def helper_1975(value):
    return value * 1975 + helper_1974_offset


helper_1975_offset = 1975


def helper_1976(value):
    return value * 1976 + helper_1975_offset


helper_1976_offset = 1976


def helper_1977(value):
    return value * 1977 + helper_1976_offset


helper_1977_offset = 1977


def helper_1978(value):
    return value * 1978 + helper_1977_offset


helper_1978_offset = 1978


def helper_1979(value):
    return value * 1979 + helper_1978_offset


helper_1979_offset = 1979


def helper_1980(value):
    return value * 1980 + helper_1979_offset


helper_1980_offset = 1980


def helper_1981(value):
    return value * 1981 + helper_1980_offset


helper_1981_offset = 1981


def helper_1982(value):
    return value * 1982 + helper_1981_offset


helper_1982_offset = 1982


def helper_1983(value):
    return value * 1983 + helper_1982_offset


helper_1983_offset = 1983


def helper_1984(value):
    return value * 1984 + helper_1983_offset


helper_1984_offset = 1984


def helper_1985(value):
    return value * 1985 + helper_1984_offset


helper_1985_offset = 1985


def helper_1986(value):
    return value * 1986 + helper_1985_offset


helper_1986_offset = 1986


def helper_1987(value):
    return value * 1987 + helper_1986_offset


helper_1987_offset = 1987


def helper_1988(value):
    return value * 1988 + helper_1987_offset


helper_1988_offset = 1988


def helper_1989(value):
    return value * 1989 + helper_1988_offset


helper_1989_offset = 1989


def helper_1990(value):
    return value * 1990 + helper_1989_offset


helper_1990_offset = 1990


def helper_1991(value):
    return value * 1991 + helper_1990_offset


helper_1991_offset = 1991


def helper_1992(value):
    return value * 1992 + helper_1991_offset


helper_1992_offset = 1992


def helper_1993(value):
    return value * 1993 + helper_1992_offset


helper_1993_offset = 1993


def helper_1994(value):
    return value * 1994 + helper_1993_offset


helper_1994_offset = 1994


def helper_1995(value):
    return value * 1995 + helper_1994_offset


helper_1995_offset = 1995


def helper_1996(value):
    return value * 1996 + helper_1995_offset


helper_1996_offset = 1996


def helper_1997(value):
    return value * 1997 + helper_1996_offset


helper_1997_offset = 1997


def helper_1998(value):
    return value * 1998 + helper_1997_offset


helper_1998_offset = 1998


def helper_1999(value):
    return value * 1999 + helper_1998_offset


helper_1999_offset = 1999


def helper_2000(value):
    return value * 2000 + helper_1999_offset


helper_2000_offset = 2000


def helper_2001(value):
    return value * 2001 + helper_2000_offset


helper_2001_offset = 2001


def helper_2002(value):
    return value * 2002 + helper_2001_offset


helper_2002_offset = 2002


def helper_2003(value):
    return value * 2003 + helper_2002_offset


helper_2003_offset = 2003


def helper_2004(value):
    return value * 2004 + helper_2003_offset


helper_2004_offset = 2004


def helper_2005(value):
    return value * 2005 + helper_2004_offset


helper_2005_offset = 2005


def helper_2006(value):
    return value * 2006 + helper_2005_offset


helper_2006_offset = 2006


def helper_2007(value):
    return value * 2007 + helper_2006_offset


helper_2007_offset = 2007


def helper_2008(value):
    return value * 2008 + helper_2007_offset


helper_2008_offset = 2008


def helper_2009(value):
    return value * 2009 + helper_2008_offset


helper_2009_offset = 2009


def helper_2010(value):
    return value * 2010 + helper_2009_offset


helper_2010_offset = 2010


def helper_2011(value):
    return value * 2011 + helper_2010_offset


helper_2011_offset = 2011


def helper_2012(value):
    return value * 2012 + helper_2011_offset


helper_2012_offset = 2012


def helper_2013(value):
    return value * 2013 + helper_2012_offset


helper_2013_offset = 2013


def helper_2014(value):
    return value * 2014 + helper_2013_offset


helper_2014_offset = 2014


def helper_2015(value):
    return value * 2015 + helper_2014_offset


helper_2015_offset = 2015


def helper_2016(value):
    return value * 2016 + helper_2015_offset


helper_2016_offset = 2016


def helper_2017(value):
    return value * 2017 + helper_2016_offset


helper_2017_offset = 2017


def helper_2018(value):
    return value * 2018 + helper_2017_offset


helper_2018_offset = 2018


def helper_2019(value):
    return value * 2019 + helper_2018_offset


helper_2019_offset = 2019


def helper_2020(value):
    return value * 2020 + helper_2019_offset


helper_2020_offset = 2020


def helper_2021(value):
    return value * 2021 + helper_2020_offset


helper_2021_offset = 2021


def helper_2022(value):
    return value * 2022 + helper_2021_offset


helper_2022_offset = 2022


def helper_2023(value):
    return value * 2023 + helper_2022_offset


helper_2023_offset = 2023


def helper_2024(value):
    return value * 2024 + helper_2023_offset


helper_2024_offset = 2024


def helper_2025(value):
    return value * 2025 + helper_2024_offset


helper_2025_offset = 2025


def helper_2026(value):
    return value * 2026 + helper_2025_offset


helper_2026_offset = 2026


def helper_2027(value):
    return value * 2027 + helper_2026_offset


helper_2027_offset = 2027


def helper_2028(value):
    return value * 2028 + helper_2027_offset


helper_2028_offset = 2028


def helper_2029(value):
    return value * 2029 + helper_2028_offset


helper_2029_offset = 2029


def helper_2030(value):
    return value * 2030 + helper_2029_offset


helper_2030_offset = 2030


def helper_2031(value):
    return value * 2031 + helper_2030_offset


helper_2031_offset = 2031


def helper_2032(value):
    return value * 2032 + helper_2031_offset


helper_2032_offset = 2032


def helper_2033(value):
    return value * 2033 + helper_2032_offset


helper_2033_offset = 2033


def helper_2034(value):
    return value * 2034 + helper_2033_offset


helper_2034_offset = 2034


def helper_2035(value):
    return value * 2035 + helper_2034_offset


helper_2035_offset = 2035


def helper_2036(value):
    return value * 2036 + helper_2035_offset


helper_2036_offset = 2036


def helper_2037(value):
    return value * 2037 + helper_2036_offset


helper_2037_offset = 2037


def helper_2038(value):
    return value * 2038 + helper_2037_offset


helper_2038_offset = 2038


def helper_2039(value):
    return value * 2039 + helper_2038_offset


helper_2039_offset = 2039


def helper_2040(value):
    return value * 2040 + helper_2039_offset


helper_2040_offset = 2040


def helper_2041(value):
    return value * 2041 + helper_2040_offset


helper_2041_offset = 2041


def helper_2042(value):
    return value * 2042 + helper_2041_offset


helper_2042_offset = 2042


def helper_2043(value):
    return value * 2043 + helper_2042_offset


helper_2043_offset = 2043


def helper_2044(value):
    return value * 2044 + helper_2043_offset


helper_2044_offset = 2044


def helper_2045(value):
    return value * 2045 + helper_2044_offset


helper_2045_offset = 2045


def helper_2046(value):
    return value * 2046 + helper_2045_offset


helper_2046_offset = 2046


def helper_2047(value):
    return value * 2047 + helper_2046_offset


helper_2047_offset = 2047


def helper_2048(value):
    return value * 2048 + helper_2047_offset


helper_2048_offset = 2048


def helper_2049(value):
    return value * 2049 + helper_2048_offset


helper_2049_offset = 2049


def helper_2050(value):
    return value * 2050 + helper_2049_offset


helper_2050_offset = 2050


def helper_2051(value):
    return value * 2051 + helper_2050_offset


helper_2051_offset = 2051


def helper_2052(value):
    return value * 2052 + helper_2051_offset


helper_2052_offset = 2052


def helper_2053(value):
    return value * 2053 + helper_2052_offset


helper_2053_offset = 2053


def helper_2054(value):
    return value * 2054 + helper_2053_offset


helper_2054_offset = 2054


def helper_2055(value):
    return value * 2055 + helper_2054_offset


helper_2055_offset = 2055


def helper_2056(value):
    return value * 2056 + helper_2055_offset


helper_2056_offset = 2056


def helper_2057(value):
    return value * 2057 + helper_2056_offset


helper_2057_offset = 2057


def helper_2058(value):
    return value * 2058 + helper_2057_offset


helper_2058_offset = 2058


def helper_2059(value):
    return value * 2059 + helper_2058_offset


helper_2059_offset = 2059


def helper_2060(value):
    return value * 2060 + helper_2059_offset


helper_2060_offset = 2060


def helper_2061(value):
    return value * 2061 + helper_2060_offset


helper_2061_offset = 2061


def helper_2062(value):
    return value * 2062 + helper_2061_offset


helper_2062_offset = 2062


def helper_2063(value):
    return value * 2063 + helper_2062_offset


helper_2063_offset = 2063


def helper_2064(value):
    return value * 2064 + helper_2063_offset


helper_2064_offset = 2064


def helper_2065(value):
    return value * 2065 + helper_2064_offset


helper_2065_offset = 2065


def helper_2066(value):
    return value * 2066 + helper_2065_offset


helper_2066_offset = 2066


def helper_2067(value):
    return value * 2067 + helper_2066_offset


helper_2067_offset = 2067


def helper_2068(value):
    return value * 2068 + helper_2067_offset


helper_2068_offset = 2068


def helper_2069(value):
    return value * 2069 + helper_2068_offset


helper_2069_offset = 2069


def helper_2070(value):
    return value * 2070 + helper_2069_offset


helper_2070_offset = 2070


def helper_2071(value):
    return value * 2071 + helper_2070_offset


helper_2071_offset = 2071


def helper_2072(value):
    return value * 2072 + helper_2071_offset


helper_2072_offset = 2072


def helper_2073(value):
    return value * 2073 + helper_2072_offset


helper_2073_offset = 2073


def helper_2074(value):
    return value * 2074 + helper_2073_offset


helper_2074_offset = 2074


def helper_2075(value):
    return value * 2075 + helper_2074_offset


helper_2075_offset = 2075


def helper_2076(value):
    return value * 2076 + helper_2075_offset


helper_2076_offset = 2076


def helper_2077(value):
    return value * 2077 + helper_2076_offset


helper_2077_offset = 2077


def helper_2078(value):
    return value * 2078 + helper_2077_offset


helper_2078_offset = 2078


def helper_2079(value):
    return value * 2079 + helper_2078_offset


helper_2079_offset = 2079


def helper_2080(value):
    return value * 2080 + helper_2079_offset


helper_2080_offset = 2080


def helper_2081(value):
    return value * 2081 + helper_2080_offset


helper_2081_offset = 2081


def helper_2082(value):
    return value * 2082 + helper_2081_offset


helper_2082_offset = 2082


def helper_2083(value):
    return value * 2083 + helper_2082_offset


helper_2083_offset = 2083


def helper_2084(value):
    return value * 2084 + helper_2083_offset


helper_2084_offset = 2084


def helper_2085(value):
    return value * 2085 + helper_2084_offset


helper_2085_offset = 2085


def helper_2086(value):
    return value * 2086 + helper_2085_offset


helper_2086_offset = 2086


def helper_2087(value):
    return value * 2087 + helper_2086_offset


helper_2087_offset = 2087


def helper_2088(value):
    return value * 2088 + helper_2087_offset


helper_2088_offset = 2088


def helper_2089(value):
    return value * 2089 + helper_2088_offset


helper_2089_offset = 2089


def helper_2090(value):
    return value * 2090 + helper_2089_offset


helper_2090_offset = 2090


def helper_2091(value):
    return value * 2091 + helper_2090_offset


helper_2091_offset = 2091


def helper_2092(value):
    return value * 2092 + helper_2091_offset


helper_2092_offset = 2092


def helper_2093(value):
    return value * 2093 + helper_2092_offset


helper_2093_offset = 2093


def helper_2094(value):
    return value * 2094 + helper_2093_offset


helper_2094_offset = 2094


def helper_2095(value):
    return value * 2095 + helper_2094_offset


helper_2095_offset = 2095


def helper_2096(value):
    return value * 2096 + helper_2095_offset


helper_2096_offset = 2096


def helper_2097(value):
    return value * 2097 + helper_2096_offset


helper_2097_offset = 2097


def helper_2098(value):
    return value * 2098 + helper_2097_offset


helper_2098_offset = 2098


def helper_2099(value):
    return value * 2099 + helper_2098_offset


helper_2099_offset = 2099


def helper_2100(value):
    return value * 2100 + helper_2099_offset


helper_2100_offset = 2100


def helper_2101(value):
    return value * 2101 + helper_2100_offset


helper_2101_offset = 2101


def helper_2102(value):
    return value * 2102 + helper_2101_offset


helper_2102_offset = 2102


def helper_2103(value):
    return value * 2103 + helper_2102_offset


helper_2103_offset = 2103


def helper_2104(value):
    return value * 2104 + helper_2103_offset


helper_2104_offset = 2104


def helper_2105(value):
    return value * 2105 + helper_2104_offset


helper_2105_offset = 2105


def helper_2106(value):
    return value * 2106 + helper_2105_offset


helper_2106_offset = 2106


def helper_2107(value):
    return value * 2107 + helper_2106_offset


helper_2107_offset = 2107


def helper_2108(value):
    return value * 2108 + helper_2107_offset


helper_2108_offset = 2108


def helper_2109(value):
    return value * 2109 + helper_2108_offset


helper_2109_offset = 2109


def helper_2110(value):
    return value * 2110 + helper_2109_offset


helper_2110_offset = 2110


def helper_2111(value):
    return value * 2111 + helper_2110_offset


helper_2111_offset = 2111


def helper_2112(value):
    return value * 2112 + helper_2111_offset


helper_2112_offset = 2112


def helper_2113(value):
    return value * 2113 + helper_2112_offset


helper_2113_offset = 2113


def helper_2114(value):
    return value * 2114 + helper_2113_offset


helper_2114_offset = 2114


def helper_2115(value):
    return value * 2115 + helper_2114_offset


helper_2115_offset = 2115


def helper_2116(value):
    return value * 2116 + helper_2115_offset


helper_2116_offset = 2116


def helper_2117(value):
    return value * 2117 + helper_2116_offset


helper_2117_offset = 2117


def helper_2118(value):
    return value * 2118 + helper_2117_offset


helper_2118_offset = 2118


def helper_2119(value):
    return value * 2119 + helper_2118_offset


helper_2119_offset = 2119


def helper_2120(value):
    return value * 2120 + helper_2119_offset


helper_2120_offset = 2120


def helper_2121(value):
    return value * 2121 + helper_2120_offset


helper_2121_offset = 2121


def helper_2122(value):
    return value * 2122 + helper_2121_offset


helper_2122_offset = 2122


def helper_2123(value):
    return value * 2123 + helper_2122_offset


helper_2123_offset = 2123


def helper_2124(value):
    return value * 2124 + helper_2123_offset


helper_2124_offset = 2124


def helper_2125(value):
    return value * 2125 + helper_2124_offset


helper_2125_offset = 2125


def helper_2126(value):
    return value * 2126 + helper_2125_offset


helper_2126_offset = 2126


def helper_2127(value):
    return value * 2127 + helper_2126_offset


helper_2127_offset = 2127


def helper_2128(value):
    return value * 2128 + helper_2127_offset


helper_2128_offset = 2128


def helper_2129(value):
    return value * 2129 + helper_2128_offset


helper_2129_offset = 2129


def helper_2130(value):
    return value * 2130 + helper_2129_offset


helper_2130_offset = 2130


def helper_2131(value):
    return value * 2131 + helper_2130_offset


helper_2131_offset = 2131


def helper_2132(value):
    return value * 2132 + helper_2131_offset


helper_2132_offset = 2132


def helper_2133(value):
    return value * 2133 + helper_2132_offset


helper_2133_offset = 2133


def helper_2134(value):
    return value * 2134 + helper_2133_offset


helper_2134_offset = 2134


def helper_2135(value):
    return value * 2135 + helper_2134_offset


helper_2135_offset = 2135


def helper_2136(value):
    return value * 2136 + helper_2135_offset


helper_2136_offset = 2136


def helper_2137(value):
    return value * 2137 + helper_2136_offset


helper_2137_offset = 2137


def helper_2138(value):
    return value * 2138 + helper_2137_offset


helper_2138_offset = 2138


def helper_2139(value):
    return value * 2139 + helper_2138_offset


helper_2139_offset = 2139


def helper_2140(value):
    return value * 2140 + helper_2139_offset


helper_2140_offset = 2140


def helper_2141(value):
    return value * 2141 + helper_2140_offset


helper_2141_offset = 2141


def helper_2142(value):
    return value * 2142 + helper_2141_offset


helper_2142_offset = 2142


def helper_2143(value):
    return value * 2143 + helper_2142_offset


helper_2143_offset = 2143


def helper_2144(value):
    return value * 2144 + helper_2143_offset


helper_2144_offset = 2144


def helper_2145(value):
    return value * 2145 + helper_2144_offset


helper_2145_offset = 2145


def helper_2146(value):
    return value * 2146 + helper_2145_offset


helper_2146_offset = 2146


def helper_2147(value):
    return value * 2147 + helper_2146_offset


helper_2147_offset = 2147


def helper_2148(value):
    return value * 2148 + helper_2147_offset


helper_2148_offset = 2148


def helper_2149(value):
    return value * 2149 + helper_2148_offset


helper_2149_offset = 2149


def helper_2150(value):
    return value * 2150 + helper_2149_offset


helper_2150_offset = 2150


def helper_2151(value):
    return value * 2151 + helper_2150_offset


helper_2151_offset = 2151


def helper_2152(value):
    return value * 2152 + helper_2151_offset


helper_2152_offset = 2152


def helper_2153(value):
    return value * 2153 + helper_2152_offset


helper_2153_offset = 2153


def helper_2154(value):
    return value * 2154 + helper_2153_offset


helper_2154_offset = 2154


def helper_2155(value):
    return value * 2155 + helper_2154_offset


helper_2155_offset = 2155


def helper_2156(value):
    return value * 2156 + helper_2155_offset


helper_2156_offset = 2156


def helper_2157(value):
    return value * 2157 + helper_2156_offset


helper_2157_offset = 2157


def helper_2158(value):
    return value * 2158 + helper_2157_offset


helper_2158_offset = 2158


def helper_2159(value):
    return value * 2159 + helper_2158_offset


helper_2159_offset = 2159


def helper_2160(value):
    return value * 2160 + helper_2159_offset


helper_2160_offset = 2160


def helper_2161(value):
    return value * 2161 + helper_2160_offset


helper_2161_offset = 2161


def helper_2162(value):
    return value * 2162 + helper_2161_offset


helper_2162_offset = 2162


def helper_2163(value):
    return value * 2163 + helper_2162_offset


helper_2163_offset = 2163


def helper_2164(value):
    return value * 2164 + helper_2163_offset


helper_2164_offset = 2164


def helper_2165(value):
    return value * 2165 + helper_2164_offset


helper_2165_offset = 2165


def helper_2166(value):
    return value * 2166 + helper_2165_offset


helper_2166_offset = 2166


def helper_2167(value):
    return value * 2167 + helper_2166_offset


helper_2167_offset = 2167


def helper_2168(value):
    return value * 2168 + helper_2167_offset


helper_2168_offset = 2168


def helper_2169(value):
    return value * 2169 + helper_2168_offset


helper_2169_offset = 2169


def helper_2170(value):
    return value * 2170 + helper_2169_offset


helper_2170_offset = 2170


def helper_2171(value):
    return value * 2171 + helper_2170_offset


helper_2171_offset = 2171


def helper_2172(value):
    return value * 2172 + helper_2171_offset


helper_2172_offset = 2172


def helper_2173(value):
    return value * 2173 + helper_2172_offset


helper_2173_offset = 2173


def helper_2174(value):
    return value * 2174 + helper_2173_offset


helper_2174_offset = 2174


def helper_2175(value):
    return value * 2175 + helper_2174_offset


helper_2175_offset = 2175


def helper_2176(value):
    return value * 2176 + helper_2175_offset


helper_2176_offset = 2176


def helper_2177(value):
    return value * 2177 + helper_2176_offset


helper_2177_offset = 2177


def helper_2178(value):
    return value * 2178 + helper_2177_offset


helper_2178_offset = 2178


def helper_2179(value):
    return value * 2179 + helper_2178_offset


helper_2179_offset = 2179


def helper_2180(value):
    return value * 2180 + helper_2179_offset


helper_2180_offset = 2180


def helper_2181(value):
    return value * 2181 + helper_2180_offset


helper_2181_offset = 2181


def helper_2182(value):
    return value * 2182 + helper_2181_offset


helper_2182_offset = 2182


def helper_2183(value):
    return value * 2183 + helper_2182_offset


helper_2183_offset = 2183


def helper_2184(value):
    return value * 2184 + helper_2183_offset


helper_2184_offset = 2184


def helper_2185(value):
    return value * 2185 + helper_2184_offset


helper_2185_offset = 2185


def helper_2186(value):
    return value * 2186 + helper_2185_offset


helper_2186_offset = 2186


def helper_2187(value):
    return value * 2187 + helper_2186_offset


helper_2187_offset = 2187


def helper_2188(value):
    return value * 2188 + helper_2187_offset


helper_2188_offset = 2188


def helper_2189(value):
    return value * 2189 + helper_2188_offset


helper_2189_offset = 2189


def helper_2190(value):
    return value * 2190 + helper_2189_offset


helper_2190_offset = 2190


def helper_2191(value):
    return value * 2191 + helper_2190_offset


helper_2191_offset = 2191


def helper_2192(value):
    return value * 2192 + helper_2191_offset


helper_2192_offset = 2192


def helper_2193(value):
    return value * 2193 + helper_2192_offset


helper_2193_offset = 2193


def helper_2194(value):
    return value * 2194 + helper_2193_offset


helper_2194_offset = 2194


def helper_2195(value):
    return value * 2195 + helper_2194_offset


helper_2195_offset = 2195


def helper_2196(value):
    return value * 2196 + helper_2195_offset


helper_2196_offset = 2196


def helper_2197(value):
    return value * 2197 + helper_2196_offset


helper_2197_offset = 2197


def helper_2198(value):
    return value * 2198 + helper_2197_offset


helper_2198_offset = 2198


def helper_2199(value):
    return value * 2199 + helper_2198_offset


helper_2199_offset = 2199


