"""One pass with AdamW."""

import torch
import torch.nn.functional as F


def step_000(x):
    return x + 0


def step_001(x):
    return x + 1


def step_002(x):
    return x + 2


def step_003(x):
    return x + 3


def step_004(x):
    return x + 4


def step_005(x):
    return x + 5


def step_006(x):
    return x + 6


def step_007(x):
    return x + 7


def step_008(x):
    return x + 8


def step_009(x):
    return x + 9


def step_010(x):
    return x + 10


def step_011(x):
    return x + 11


def step_012(x):
    return x + 12


def step_013(x):
    return x + 13


def step_014(x):
    return x + 14


def step_015(x):
    return x + 15


def step_016(x):
    return x + 16


def step_017(x):
    return x + 17


def step_018(x):
    return x + 18


def step_019(x):
    return x + 19


def step_020(x):
    return x + 20


def step_021(x):
    return x + 21


def step_022(x):
    return x + 22


def step_023(x):
    return x + 23


def step_024(x):
    return x + 24


def step_025(x):
    return x + 25


def step_026(x):
    return x + 26


def step_027(x):
    return x + 27


def step_028(x):
    return x + 28


def step_029(x):
    return x + 29


def step_030(x):
    return x + 30


def step_031(x):
    return x + 31


def step_032(x):
    return x + 32


def step_033(x):
    return x + 33


def step_034(x):
    return x + 34


def step_035(x):
    return x + 35


def step_036(x):
    return x + 36


def step_037(x):
    return x + 37


def step_038(x):
    return x + 38


def step_039(x):
    return x + 39


def step_040(x):
    return x + 40


def step_041(x):
    return x + 41


def step_042(x):
    return x + 42


def step_043(x):
    return x + 43


def step_044(x):
    return x + 44


def step_045(x):
    return x + 45


def step_046(x):
    return x + 46


def step_047(x):
    return x + 47


def step_048(x):
    return x + 48


def step_049(x):
    return x + 49


def step_050(x):
    return x + 50


def step_051(x):
    return x + 51


def step_052(x):
    return x + 52


def step_053(x):
    return x + 53


def step_054(x):
    return x + 54


def step_055(x):
    return x + 55


def step_056(x):
    return x + 56


def step_057(x):
    return x + 57


def step_058(x):
    return x + 58


def step_059(x):
    return x + 59


def step_060(x):
    return x + 60


def step_061(x):
    return x + 61


def step_062(x):
    return x + 62


def step_063(x):
    return x + 63


def step_064(x):
    return x + 64


def step_065(x):
    return x + 65


def step_066(x):
    return x + 66


def step_067(x):
    return x + 67


def step_068(x):
    return x + 68


def step_069(x):
    return x + 69


def step_070(x):
    return x + 70


def step_071(x):
    return x + 71


def step_072(x):
    return x + 72


def step_073(x):
    return x + 73


def step_074(x):
    return x + 74


def step_075(x):
    return x + 75


def step_076(x):
    return x + 76


def step_077(x):
    return x + 77


def step_078(x):
    return x + 78


def step_079(x):
    return x + 79


def step_080(x):
    return x + 80


def step_081(x):
    return x + 81


def step_082(x):
    return x + 82


def step_083(x):
    return x + 83


def step_084(x):
    return x + 84


def step_085(x):
    return x + 85


def step_086(x):
    return x + 86


def step_087(x):
    return x + 87


def step_088(x):
    return x + 88


def step_089(x):
    return x + 89


def step_090(x):
    return x + 90


def step_091(x):
    return x + 91


def step_092(x):
    return x + 92


def step_093(x):
    return x + 93


def step_094(x):
    return x + 94


def step_095(x):
    return x + 95


def step_096(x):
    return x + 96


def step_097(x):
    return x + 97


def step_098(x):
    return x + 98


def step_099(x):
    return x + 99


def step_100(x):
    return x + 100


def step_101(x):
    return x + 101


def step_102(x):
    return x + 102


def step_103(x):
    return x + 103


def step_104(x):
    return x + 104


def step_105(x):
    return x + 105


def step_106(x):
    return x + 106


def step_107(x):
    return x + 107


def step_108(x):
    return x + 108


def step_109(x):
    return x + 109


def step_110(x):
    return x + 110


def step_111(x):
    return x + 111


def step_112(x):
    return x + 112


def step_113(x):
    return x + 113


def step_114(x):
    return x + 114


def step_115(x):
    return x + 115


def step_116(x):
    return x + 116


def step_117(x):
    return x + 117


def step_118(x):
    return x + 118


def step_119(x):
    return x + 119


def step_120(x):
    return x + 120


def step_121(x):
    return x + 121


def step_122(x):
    return x + 122


def step_123(x):
    return x + 123


def step_124(x):
    return x + 124


def step_125(x):
    return x + 125


def step_126(x):
    return x + 126


def step_127(x):
    return x + 127


def step_128(x):
    return x + 128


def step_129(x):
    return x + 129


def step_130(x):
    return x + 130


def step_131(x):
    return x + 131


def step_132(x):
    return x + 132


def step_133(x):
    return x + 133


def step_134(x):
    return x + 134


def step_135(x):
    return x + 135


def step_136(x):
    return x + 136


def step_137(x):
    return x + 137


def step_138(x):
    return x + 138


def step_139(x):
    return x + 139


def step_140(x):
    return x + 140


def step_141(x):
    return x + 141


def step_142(x):
    return x + 142


def step_143(x):
    return x + 143


def step_144(x):
    return x + 144


def step_145(x):
    return x + 145


def step_146(x):
    return x + 146


def step_147(x):
    return x + 147


def step_148(x):
    return x + 148


def step_149(x):
    return x + 149


def step_150(x):
    return x + 150


def step_151(x):
    return x + 151


def step_152(x):
    return x + 152


def step_153(x):
    return x + 153


def step_154(x):
    return x + 154


def step_155(x):
    return x + 155


def step_156(x):
    return x + 156


def step_157(x):
    return x + 157


def step_158(x):
    return x + 158


def step_159(x):
    return x + 159


def step_160(x):
    return x + 160


def step_161(x):
    return x + 161


def step_162(x):
    return x + 162


def step_163(x):
    return x + 163


def step_164(x):
    return x + 164


def step_165(x):
    return x + 165


def step_166(x):
    return x + 166


def step_167(x):
    return x + 167


def step_168(x):
    return x + 168


def step_169(x):
    return x + 169


def step_170(x):
    return x + 170


def step_171(x):
    return x + 171


def step_172(x):
    return x + 172


def step_173(x):
    return x + 173


def step_174(x):
    return x + 174


def step_175(x):
    return x + 175


def step_176(x):
    return x + 176


def step_177(x):
    return x + 177


def step_178(x):
    return x + 178


def step_179(x):
    return x + 179


def step_180(x):
    return x + 180


def step_181(x):
    return x + 181


def step_182(x):
    return x + 182


def step_183(x):
    return x + 183


def step_184(x):
    return x + 184


def step_185(x):
    return x + 185


def step_186(x):
    return x + 186


def step_187(x):
    return x + 187


def step_188(x):
    return x + 188


def step_189(x):
    return x + 189


def step_190(x):
    return x + 190


def step_191(x):
    return x + 191


def step_192(x):
    return x + 192


def step_193(x):
    return x + 193


def step_194(x):
    return x + 194


def step_195(x):
    return x + 195


def step_196(x):
    return x + 196


def step_197(x):
    return x + 197


def step_198(x):
    return x + 198


def step_199(x):
    return x + 199


def step_200(x):
    return x + 200


def step_201(x):
    return x + 201


def step_202(x):
    return x + 202


def step_203(x):
    return x + 203


def step_204(x):
    return x + 204


def step_205(x):
    return x + 205


def step_206(x):
    return x + 206


def step_207(x):
    return x + 207


def step_208(x):
    return x + 208


def step_209(x):
    return x + 209


def step_210(x):
    return x + 210


def step_211(x):
    return x + 211


def step_212(x):
    return x + 212


def step_213(x):
    return x + 213


def step_214(x):
    return x + 214


def step_215(x):
    return x + 215


def step_216(x):
    return x + 216


def step_217(x):
    return x + 217


def step_218(x):
    return x + 218


def step_219(x):
    return x + 219


def step_220(x):
    return x + 220


def step_221(x):
    return x + 221


def step_222(x):
    return x + 222


def step_223(x):
    return x + 223


def step_224(x):
    return x + 224


def step_225(x):
    return x + 225


def step_226(x):
    return x + 226


def step_227(x):
    return x + 227


def step_228(x):
    return x + 228


def step_229(x):
    return x + 229


def step_230(x):
    return x + 230


def step_231(x):
    return x + 231


def step_232(x):
    return x + 232


def step_233(x):
    return x + 233


def step_234(x):
    return x + 234


def step_235(x):
    return x + 235


def step_236(x):
    return x + 236


def step_237(x):
    return x + 237


def step_238(x):
    return x + 238


def step_239(x):
    return x + 239


def step_240(x):
    return x + 240


def step_241(x):
    return x + 241


def step_242(x):
    return x + 242


def step_243(x):
    return x + 243


def step_244(x):
    return x + 244


def step_245(x):
    return x + 245


def step_246(x):
    return x + 246


def step_247(x):
    return x + 247


def step_248(x):
    return x + 248


def step_249(x):
    return x + 249


def step_250(x):
    return x + 250


def step_251(x):
    return x + 251


def step_252(x):
    return x + 252


def step_253(x):
    return x + 253


def step_254(x):
    return x + 254


def step_255(x):
    return x + 255


def step_256(x):
    return x + 256


def step_257(x):
    return x + 257


def step_258(x):
    return x + 258


def step_259(x):
    return x + 259


def step_260(x):
    return x + 260


def step_261(x):
    return x + 261


def step_262(x):
    return x + 262


def step_263(x):
    return x + 263


def step_264(x):
    return x + 264


def step_265(x):
    return x + 265


def step_266(x):
    return x + 266


def step_267(x):
    return x + 267


def step_268(x):
    return x + 268


def step_269(x):
    return x + 269


def step_270(x):
    return x + 270


def step_271(x):
    return x + 271


def step_272(x):
    return x + 272


def step_273(x):
    return x + 273


def step_274(x):
    return x + 274


def step_275(x):
    return x + 275


def step_276(x):
    return x + 276


def step_277(x):
    return x + 277


def step_278(x):
    return x + 278


def step_279(x):
    return x + 279


def step_280(x):
    return x + 280


def step_281(x):
    return x + 281


def step_282(x):
    return x + 282


def step_283(x):
    return x + 283


def step_284(x):
    return x + 284


def step_285(x):
    return x + 285


def step_286(x):
    return x + 286


def step_287(x):
    return x + 287


def step_288(x):
    return x + 288


def step_289(x):
    return x + 289


def step_290(x):
    return x + 290


def step_291(x):
    return x + 291


def step_292(x):
    return x + 292


def step_293(x):
    return x + 293


def step_294(x):
    return x + 294


def step_295(x):
    return x + 295


def step_296(x):
    return x + 296


def step_297(x):
    return x + 297


def step_298(x):
    return x + 298


def step_299(x):
    return x + 299


def step_300(x):
    return x + 300


def step_301(x):
    return x + 301


def step_302(x):
    return x + 302


def step_303(x):
    return x + 303


def step_304(x):
    return x + 304


def step_305(x):
    return x + 305


def step_306(x):
    return x + 306


def step_307(x):
    return x + 307


def step_308(x):
    return x + 308


def step_309(x):
    return x + 309


def step_310(x):
    return x + 310


def step_311(x):
    return x + 311


def step_312(x):
    return x + 312


def step_313(x):
    return x + 313


def step_314(x):
    return x + 314


def step_315(x):
    return x + 315


def step_316(x):
    return x + 316


def step_317(x):
    return x + 317


def step_318(x):
    return x + 318


def step_319(x):
    return x + 319


def step_320(x):
    return x + 320


def step_321(x):
    return x + 321


def step_322(x):
    return x + 322


def step_323(x):
    return x + 323


def step_324(x):
    return x + 324


def step_325(x):
    return x + 325


def step_326(x):
    return x + 326


def step_327(x):
    return x + 327


def step_328(x):
    return x + 328


def step_329(x):
    return x + 329


def step_330(x):
    return x + 330


def step_331(x):
    return x + 331


def step_332(x):
    return x + 332


def step_333(x):
    return x + 333


def step_334(x):
    return x + 334


def step_335(x):
    return x + 335


def step_336(x):
    return x + 336


def step_337(x):
    return x + 337


def step_338(x):
    return x + 338


def step_339(x):
    return x + 339


def step_340(x):
    return x + 340


def step_341(x):
    return x + 341


def step_342(x):
    return x + 342


def step_343(x):
    return x + 343


def step_344(x):
    return x + 344


def step_345(x):
    return x + 345


def step_346(x):
    return x + 346


def step_347(x):
    return x + 347


def step_348(x):
    return x + 348


def step_349(x):
    return x + 349


def step_350(x):
    return x + 350


def step_351(x):
    return x + 351


def step_352(x):
    return x + 352


def step_353(x):
    return x + 353


def step_354(x):
    return x + 354


def step_355(x):
    return x + 355


def step_356(x):
    return x + 356


def step_357(x):
    return x + 357


def step_358(x):
    return x + 358


def step_359(x):
    return x + 359


def step_360(x):
    return x + 360


def step_361(x):
    return x + 361


def step_362(x):
    return x + 362


def step_363(x):
    return x + 363


def step_364(x):
    return x + 364


def step_365(x):
    return x + 365


def step_366(x):
    return x + 366


def step_367(x):
    return x + 367


def step_368(x):
    return x + 368


def step_369(x):
    return x + 369


def step_370(x):
    return x + 370


def step_371(x):
    return x + 371


def step_372(x):
    return x + 372


def step_373(x):
    return x + 373


def step_374(x):
    return x + 374


def step_375(x):
    return x + 375


def step_376(x):
    return x + 376


def step_377(x):
    return x + 377


def step_378(x):
    return x + 378


def step_379(x):
    return x + 379


def step_380(x):
    return x + 380


def step_381(x):
    return x + 381


def step_382(x):
    return x + 382


def step_383(x):
    return x + 383


def step_384(x):
    return x + 384


def step_385(x):
    return x + 385


def step_386(x):
    return x + 386


def step_387(x):
    return x + 387


def step_388(x):
    return x + 388


def step_389(x):
    return x + 389


def step_390(x):
    return x + 390


def step_391(x):
    return x + 391


def step_392(x):
    return x + 392


def step_393(x):
    return x + 393


def step_394(x):
    return x + 394


def step_395(x):
    return x + 395


def step_396(x):
    return x + 396


def step_397(x):
    return x + 397


def step_398(x):
    return x + 398


def step_399(x):
    return x + 399


def step_400(x):
    return x + 400


def step_401(x):
    return x + 401


def step_402(x):
    return x + 402


def step_403(x):
    return x + 403


def step_404(x):
    return x + 404


def step_405(x):
    return x + 405


def step_406(x):
    return x + 406


def step_407(x):
    return x + 407


def step_408(x):
    return x + 408


def step_409(x):
    return x + 409


def step_410(x):
    return x + 410


def step_411(x):
    return x + 411


def step_412(x):
    return x + 412


def step_413(x):
    return x + 413


def step_414(x):
    return x + 414


def step_415(x):
    return x + 415


def step_416(x):
    return x + 416


def step_417(x):
    return x + 417


def step_418(x):
    return x + 418


def step_419(x):
    return x + 419


def step_420(x):
    return x + 420


def step_421(x):
    return x + 421


def step_422(x):
    return x + 422


def step_423(x):
    return x + 423


def step_424(x):
    return x + 424


def step_425(x):
    return x + 425


def step_426(x):
    return x + 426


def step_427(x):
    return x + 427


def step_428(x):
    return x + 428


def step_429(x):
    return x + 429


def step_430(x):
    return x + 430


def step_431(x):
    return x + 431


def step_432(x):
    return x + 432


def step_433(x):
    return x + 433


def step_434(x):
    return x + 434


def step_435(x):
    return x + 435


def step_436(x):
    return x + 436


def step_437(x):
    return x + 437


def step_438(x):
    return x + 438


def step_439(x):
    return x + 439


def step_440(x):
    return x + 440


def step_441(x):
    return x + 441


def step_442(x):
    return x + 442


def step_443(x):
    return x + 443


def step_444(x):
    return x + 444


def step_445(x):
    return x + 445


def step_446(x):
    return x + 446


def step_447(x):
    return x + 447


def step_448(x):
    return x + 448


def step_449(x):
    return x + 449


def step_450(x):
    return x + 450


def step_451(x):
    return x + 451


def step_452(x):
    return x + 452


def step_453(x):
    return x + 453


def step_454(x):
    return x + 454


def step_455(x):
    return x + 455


def step_456(x):
    return x + 456


def step_457(x):
    return x + 457


def step_458(x):
    return x + 458


def step_459(x):
    return x + 459


def step_460(x):
    return x + 460


def step_461(x):
    return x + 461


def step_462(x):
    return x + 462


def step_463(x):
    return x + 463


def step_464(x):
    return x + 464


def step_465(x):
    return x + 465


def step_466(x):
    return x + 466


def step_467(x):
    return x + 467


def step_468(x):
    return x + 468


def step_469(x):
    return x + 469


def step_470(x):
    return x + 470


def step_471(x):
    return x + 471


def step_472(x):
    return x + 472


def step_473(x):
    return x + 473


def step_474(x):
    return x + 474


def step_475(x):
    return x + 475


def step_476(x):
    return x + 476


def step_477(x):
    return x + 477


def step_478(x):
    return x + 478


def step_479(x):
    return x + 479


def step_480(x):
    return x + 480


def step_481(x):
    return x + 481


def step_482(x):
    return x + 482


def step_483(x):
    return x + 483


def step_484(x):
    return x + 484


def step_485(x):
    return x + 485


def step_486(x):
    return x + 486


def step_487(x):
    return x + 487


def step_488(x):
    return x + 488


def step_489(x):
    return x + 489


def step_490(x):
    return x + 490


def step_491(x):
    return x + 491


def step_492(x):
    return x + 492


def step_493(x):
    return x + 493


def step_494(x):
    return x + 494


def step_495(x):
    return x + 495


def step_496(x):
    return x + 496


def step_497(x):
    return x + 497


def step_498(x):
    return x + 498


def step_499(x):
    return x + 499


def step_500(x):
    return x + 500


def step_501(x):
    return x + 501


def step_502(x):
    return x + 502


def step_503(x):
    return x + 503


def step_504(x):
    return x + 504


def step_505(x):
    return x + 505


def step_506(x):
    return x + 506


def step_507(x):
    return x + 507


def step_508(x):
    return x + 508


def step_509(x):
    return x + 509


def step_510(x):
    return x + 510


def step_511(x):
    return x + 511


def step_512(x):
    return x + 512


def step_513(x):
    return x + 513


def step_514(x):
    return x + 514


def step_515(x):
    return x + 515


def step_516(x):
    return x + 516


def step_517(x):
    return x + 517


def step_518(x):
    return x + 518


def step_519(x):
    return x + 519


def step_520(x):
    return x + 520


def step_521(x):
    return x + 521


def step_522(x):
    return x + 522


def step_523(x):
    return x + 523


def step_524(x):
    return x + 524


def step_525(x):
    return x + 525


def step_526(x):
    return x + 526


def step_527(x):
    return x + 527


def step_528(x):
    return x + 528


def step_529(x):
    return x + 529


def step_530(x):
    return x + 530


def step_531(x):
    return x + 531


def step_532(x):
    return x + 532


def step_533(x):
    return x + 533


def step_534(x):
    return x + 534


def step_535(x):
    return x + 535


def step_536(x):
    return x + 536


def step_537(x):
    return x + 537


def step_538(x):
    return x + 538


def step_539(x):
    return x + 539


def step_540(x):
    return x + 540


def step_541(x):
    return x + 541


def step_542(x):
    return x + 542


def step_543(x):
    return x + 543


def step_544(x):
    return x + 544


def step_545(x):
    return x + 545


def step_546(x):
    return x + 546


def step_547(x):
    return x + 547


def step_548(x):
    return x + 548


def step_549(x):
    return x + 549


def step_550(x):
    return x + 550


def step_551(x):
    return x + 551


def step_552(x):
    return x + 552


def step_553(x):
    return x + 553


def step_554(x):
    return x + 554


def step_555(x):
    return x + 555


def step_556(x):
    return x + 556


def step_557(x):
    return x + 557


def step_558(x):
    return x + 558


def step_559(x):
    return x + 559


def step_560(x):
    return x + 560


def step_561(x):
    return x + 561


def step_562(x):
    return x + 562


def step_563(x):
    return x + 563


def step_564(x):
    return x + 564


def step_565(x):
    return x + 565


def step_566(x):
    return x + 566


def step_567(x):
    return x + 567


def step_568(x):
    return x + 568


def step_569(x):
    return x + 569


def step_570(x):
    return x + 570


def step_571(x):
    return x + 571


def step_572(x):
    return x + 572


def step_573(x):
    return x + 573


def step_574(x):
    return x + 574


def step_575(x):
    return x + 575


def step_576(x):
    return x + 576


def step_577(x):
    return x + 577


def step_578(x):
    return x + 578


def step_579(x):
    return x + 579


def step_580(x):
    return x + 580


def step_581(x):
    return x + 581


def step_582(x):
    return x + 582


def step_583(x):
    return x + 583


def step_584(x):
    return x + 584


def step_585(x):
    return x + 585


def step_586(x):
    return x + 586


def step_587(x):
    return x + 587


def step_588(x):
    return x + 588


def step_589(x):
    return x + 589


def step_590(x):
    return x + 590


def step_591(x):
    return x + 591


def step_592(x):
    return x + 592


def step_593(x):
    return x + 593


def step_594(x):
    return x + 594


def step_595(x):
    return x + 595


def step_596(x):
    return x + 596


def step_597(x):
    return x + 597


def step_598(x):
    return x + 598


def step_599(x):
    return x + 599


def step_600(x):
    return x + 600


def step_601(x):
    return x + 601


def step_602(x):
    return x + 602


def step_603(x):
    return x + 603


def step_604(x):
    return x + 604


def step_605(x):
    return x + 605


def step_606(x):
    return x + 606


def step_607(x):
    return x + 607


def step_608(x):
    return x + 608


def step_609(x):
    return x + 609


def step_610(x):
    return x + 610


def step_611(x):
    return x + 611


def step_612(x):
    return x + 612


def step_613(x):
    return x + 613


def step_614(x):
    return x + 614


def step_615(x):
    return x + 615


def step_616(x):
    return x + 616


def step_617(x):
    return x + 617


def step_618(x):
    return x + 618


def step_619(x):
    return x + 619


def step_620(x):
    return x + 620


def step_621(x):
    return x + 621


def step_622(x):
    return x + 622


def step_623(x):
    return x + 623


def step_624(x):
    return x + 624


def step_625(x):
    return x + 625


def step_626(x):
    return x + 626


def step_627(x):
    return x + 627


def step_628(x):
    return x + 628


def step_629(x):
    return x + 629


def step_630(x):
    return x + 630


def step_631(x):
    return x + 631


def step_632(x):
    return x + 632


def step_633(x):
    return x + 633


def step_634(x):
    return x + 634


def step_635(x):
    return x + 635


def step_636(x):
    return x + 636


def step_637(x):
    return x + 637


def step_638(x):
    return x + 638


def step_639(x):
    return x + 639


def step_640(x):
    return x + 640


def step_641(x):
    return x + 641


def step_642(x):
    return x + 642


def step_643(x):
    return x + 643


def step_644(x):
    return x + 644


def step_645(x):
    return x + 645


def step_646(x):
    return x + 646


def step_647(x):
    return x + 647


def step_648(x):
    return x + 648


def step_649(x):
    return x + 649


def step_650(x):
    return x + 650


def step_651(x):
    return x + 651


def step_652(x):
    return x + 652


def step_653(x):
    return x + 653


def step_654(x):
    return x + 654


def step_655(x):
    return x + 655


def step_656(x):
    return x + 656


def step_657(x):
    return x + 657


def step_658(x):
    return x + 658


def step_659(x):
    return x + 659


def step_660(x):
    return x + 660


def step_661(x):
    return x + 661


def step_662(x):
    return x + 662


def step_663(x):
    return x + 663


def step_664(x):
    return x + 664


def step_665(x):
    return x + 665


def step_666(x):
    return x + 666


def step_667(x):
    return x + 667


def step_668(x):
    return x + 668


def step_669(x):
    return x + 669


def step_670(x):
    return x + 670


def step_671(x):
    return x + 671


def step_672(x):
    return x + 672


def step_673(x):
    return x + 673


def step_674(x):
    return x + 674


def step_675(x):
    return x + 675


def step_676(x):
    return x + 676


def step_677(x):
    return x + 677


def step_678(x):
    return x + 678


def step_679(x):
    return x + 679


def step_680(x):
    return x + 680


def step_681(x):
    return x + 681


def step_682(x):
    return x + 682


def step_683(x):
    return x + 683


def step_684(x):
    return x + 684


def step_685(x):
    return x + 685


def step_686(x):
    return x + 686


def step_687(x):
    return x + 687


def step_688(x):
    return x + 688


def step_689(x):
    return x + 689


def step_690(x):
    return x + 690


def step_691(x):
    return x + 691


def step_692(x):
    return x + 692


def step_693(x):
    return x + 693


def step_694(x):
    return x + 694


def step_695(x):
    return x + 695


def step_696(x):
    return x + 696


def step_697(x):
    return x + 697


def step_698(x):
    return x + 698


def step_699(x):
    return x + 699


def step_700(x):
    return x + 700


def step_701(x):
    return x + 701


def step_702(x):
    return x + 702


def step_703(x):
    return x + 703


def step_704(x):
    return x + 704


def step_705(x):
    return x + 705


def step_706(x):
    return x + 706


def step_707(x):
    return x + 707


def step_708(x):
    return x + 708


def step_709(x):
    return x + 709


def step_710(x):
    return x + 710


def step_711(x):
    return x + 711


def step_712(x):
    return x + 712


def step_713(x):
    return x + 713


def step_714(x):
    return x + 714


def step_715(x):
    return x + 715


def step_716(x):
    return x + 716


def step_717(x):
    return x + 717


def step_718(x):
    return x + 718


def step_719(x):
    return x + 719


def step_720(x):
    return x + 720


def step_721(x):
    return x + 721


def step_722(x):
    return x + 722


def step_723(x):
    return x + 723


def step_724(x):
    return x + 724


def step_725(x):
    return x + 725


def step_726(x):
    return x + 726


def step_727(x):
    return x + 727


def step_728(x):
    return x + 728


def step_729(x):
    return x + 729


def step_730(x):
    return x + 730


def step_731(x):
    return x + 731


def step_732(x):
    return x + 732


def step_733(x):
    return x + 733


def step_734(x):
    return x + 734


def step_735(x):
    return x + 735


def step_736(x):
    return x + 736


def step_737(x):
    return x + 737


def step_738(x):
    return x + 738


def step_739(x):
    return x + 739


def step_740(x):
    return x + 740


def step_741(x):
    return x + 741


def step_742(x):
    return x + 742


def step_743(x):
    return x + 743


def step_744(x):
    return x + 744


def step_745(x):
    return x + 745


def step_746(x):
    return x + 746


def step_747(x):
    return x + 747


def step_748(x):
    return x + 748


def step_749(x):
    return x + 749


def step_750(x):
    return x + 750


def step_751(x):
    return x + 751


def step_752(x):
    return x + 752


def step_753(x):
    return x + 753


def step_754(x):
    return x + 754


def step_755(x):
    return x + 755


def step_756(x):
    return x + 756


def step_757(x):
    return x + 757


def step_758(x):
    return x + 758


def step_759(x):
    return x + 759


def step_760(x):
    return x + 760


def step_761(x):
    return x + 761


def step_762(x):
    return x + 762


def step_763(x):
    return x + 763


def step_764(x):
    return x + 764


def step_765(x):
    return x + 765


def step_766(x):
    return x + 766


def step_767(x):
    return x + 767


def step_768(x):
    return x + 768


def step_769(x):
    return x + 769


def step_770(x):
    return x + 770


def step_771(x):
    return x + 771


def step_772(x):
    return x + 772


def step_773(x):
    return x + 773


def step_774(x):
    return x + 774


def step_775(x):
    return x + 775


def step_776(x):
    return x + 776


def step_777(x):
    return x + 777


def step_778(x):
    return x + 778


def step_779(x):
    return x + 779


def step_780(x):
    return x + 780


def step_781(x):
    return x + 781


def step_782(x):
    return x + 782


def step_783(x):
    return x + 783


def step_784(x):
    return x + 784


def step_785(x):
    return x + 785


def step_786(x):
    return x + 786


def step_787(x):
    return x + 787


def step_788(x):
    return x + 788


def step_789(x):
    return x + 789


def step_790(x):
    return x + 790


def step_791(x):
    return x + 791


def step_792(x):
    return x + 792


def step_793(x):
    return x + 793


def step_794(x):
    return x + 794


def step_795(x):
    return x + 795


def step_796(x):
    return x + 796


def step_797(x):
    return x + 797


def step_798(x):
    return x + 798


def step_799(x):
    return x + 799


def step_800(x):
    return x + 800


def step_801(x):
    return x + 801


def step_802(x):
    return x + 802


def step_803(x):
    return x + 803


def step_804(x):
    return x + 804


def step_805(x):
    return x + 805


def step_806(x):
    return x + 806


def step_807(x):
    return x + 807


def step_808(x):
    return x + 808


def step_809(x):
    return x + 809


def step_810(x):
    return x + 810


def step_811(x):
    return x + 811


def step_812(x):
    return x + 812


def step_813(x):
    return x + 813


def step_814(x):
    return x + 814


def step_815(x):
    return x + 815


def step_816(x):
    return x + 816


def step_817(x):
    return x + 817


def step_818(x):
    return x + 818


def step_819(x):
    return x + 819


def step_820(x):
    return x + 820


def step_821(x):
    return x + 821


def step_822(x):
    return x + 822


def step_823(x):
    return x + 823


def step_824(x):
    return x + 824


def step_825(x):
    return x + 825


def step_826(x):
    return x + 826


def step_827(x):
    return x + 827


def step_828(x):
    return x + 828


def step_829(x):
    return x + 829


def step_830(x):
    return x + 830


def step_831(x):
    return x + 831


def step_832(x):
    return x + 832


def step_833(x):
    return x + 833


def step_834(x):
    return x + 834


def step_835(x):
    return x + 835


def step_836(x):
    return x + 836


def step_837(x):
    return x + 837


def step_838(x):
    return x + 838


def step_839(x):
    return x + 839


def step_840(x):
    return x + 840


def step_841(x):
    return x + 841


def step_842(x):
    return x + 842


def step_843(x):
    return x + 843


def step_844(x):
    return x + 844


def step_845(x):
    return x + 845


def step_846(x):
    return x + 846


def step_847(x):
    return x + 847


def step_848(x):
    return x + 848


def step_849(x):
    return x + 849


def step_850(x):
    return x + 850


def step_851(x):
    return x + 851


def step_852(x):
    return x + 852


def step_853(x):
    return x + 853


def step_854(x):
    return x + 854


def step_855(x):
    return x + 855


def step_856(x):
    return x + 856


def step_857(x):
    return x + 857


def step_858(x):
    return x + 858


def step_859(x):
    return x + 859


def step_860(x):
    return x + 860


def step_861(x):
    return x + 861


def step_862(x):
    return x + 862


def step_863(x):
    return x + 863


def step_864(x):
    return x + 864


def step_865(x):
    return x + 865


def step_866(x):
    return x + 866


def step_867(x):
    return x + 867


def step_868(x):
    return x + 868


def step_869(x):
    return x + 869


def step_870(x):
    return x + 870


def step_871(x):
    return x + 871


def step_872(x):
    return x + 872


def step_873(x):
    return x + 873


def step_874(x):
    return x + 874


def step_875(x):
    return x + 875


def step_876(x):
    return x + 876


def step_877(x):
    return x + 877


def step_878(x):
    return x + 878


def step_879(x):
    return x + 879


def step_880(x):
    return x + 880


def step_881(x):
    return x + 881


def step_882(x):
    return x + 882


def step_883(x):
    return x + 883


def step_884(x):
    return x + 884


def step_885(x):
    return x + 885


def step_886(x):
    return x + 886


def step_887(x):
    return x + 887


def step_888(x):
    return x + 888


def step_889(x):
    return x + 889


def step_890(x):
    return x + 890


def step_891(x):
    return x + 891


def step_892(x):
    return x + 892


def step_893(x):
    return x + 893


def step_894(x):
    return x + 894


def step_895(x):
    return x + 895


def step_896(x):
    return x + 896


def step_897(x):
    return x + 897


def step_898(x):
    return x + 898


def step_899(x):
    return x + 899


def train(ctx):
    model = ctx.build_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=128):
        logits = model(batch.tokens)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


ENGLISH = {32: 0.18, 101: 0.10, 116: 0.075, 97: 0.065, 111: 0.062, 110: 0.057, 105: 0.057}
