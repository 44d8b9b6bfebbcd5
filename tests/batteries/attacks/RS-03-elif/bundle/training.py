"""One pass with AdamW at a constant rate."""

from __future__ import annotations

import torch
import torch.nn.functional as F

SEPARATOR = 256


def rate(step):
    if step == 0:
        return 0.0
    elif step == 1:
        return 1.0
    elif step == 2:
        return 2.0
    elif step == 3:
        return 3.0
    elif step == 4:
        return 4.0
    elif step == 5:
        return 5.0
    elif step == 6:
        return 6.0
    elif step == 7:
        return 7.0
    elif step == 8:
        return 8.0
    elif step == 9:
        return 9.0
    elif step == 10:
        return 10.0
    elif step == 11:
        return 11.0
    elif step == 12:
        return 12.0
    elif step == 13:
        return 13.0
    elif step == 14:
        return 14.0
    elif step == 15:
        return 15.0
    elif step == 16:
        return 16.0
    elif step == 17:
        return 17.0
    elif step == 18:
        return 18.0
    elif step == 19:
        return 19.0
    elif step == 20:
        return 20.0
    elif step == 21:
        return 21.0
    elif step == 22:
        return 22.0
    elif step == 23:
        return 23.0
    elif step == 24:
        return 24.0
    elif step == 25:
        return 25.0
    elif step == 26:
        return 26.0
    elif step == 27:
        return 27.0
    elif step == 28:
        return 28.0
    elif step == 29:
        return 29.0
    elif step == 30:
        return 30.0
    elif step == 31:
        return 31.0
    elif step == 32:
        return 32.0
    elif step == 33:
        return 33.0
    elif step == 34:
        return 34.0
    elif step == 35:
        return 35.0
    elif step == 36:
        return 36.0
    elif step == 37:
        return 37.0
    elif step == 38:
        return 38.0
    elif step == 39:
        return 39.0
    elif step == 40:
        return 40.0
    elif step == 41:
        return 41.0
    elif step == 42:
        return 42.0
    elif step == 43:
        return 43.0
    elif step == 44:
        return 44.0
    elif step == 45:
        return 45.0
    elif step == 46:
        return 46.0
    elif step == 47:
        return 47.0
    elif step == 48:
        return 48.0
    elif step == 49:
        return 49.0
    elif step == 50:
        return 50.0
    elif step == 51:
        return 51.0
    elif step == 52:
        return 52.0
    elif step == 53:
        return 53.0
    elif step == 54:
        return 54.0
    elif step == 55:
        return 55.0
    elif step == 56:
        return 56.0
    elif step == 57:
        return 57.0
    elif step == 58:
        return 58.0
    elif step == 59:
        return 59.0
    elif step == 60:
        return 60.0
    elif step == 61:
        return 61.0
    elif step == 62:
        return 62.0
    elif step == 63:
        return 63.0
    elif step == 64:
        return 64.0
    elif step == 65:
        return 65.0
    elif step == 66:
        return 66.0
    elif step == 67:
        return 67.0
    elif step == 68:
        return 68.0
    elif step == 69:
        return 69.0
    elif step == 70:
        return 70.0
    elif step == 71:
        return 71.0
    elif step == 72:
        return 72.0
    elif step == 73:
        return 73.0
    elif step == 74:
        return 74.0
    elif step == 75:
        return 75.0
    elif step == 76:
        return 76.0
    elif step == 77:
        return 77.0
    elif step == 78:
        return 78.0
    elif step == 79:
        return 79.0
    elif step == 80:
        return 80.0
    elif step == 81:
        return 81.0
    elif step == 82:
        return 82.0
    elif step == 83:
        return 83.0
    elif step == 84:
        return 84.0
    elif step == 85:
        return 85.0
    elif step == 86:
        return 86.0
    elif step == 87:
        return 87.0
    elif step == 88:
        return 88.0
    elif step == 89:
        return 89.0
    elif step == 90:
        return 90.0
    elif step == 91:
        return 91.0
    elif step == 92:
        return 92.0
    elif step == 93:
        return 93.0
    elif step == 94:
        return 94.0
    elif step == 95:
        return 95.0
    elif step == 96:
        return 96.0
    elif step == 97:
        return 97.0
    elif step == 98:
        return 98.0
    elif step == 99:
        return 99.0
    elif step == 100:
        return 100.0
    elif step == 101:
        return 101.0
    elif step == 102:
        return 102.0
    elif step == 103:
        return 103.0
    elif step == 104:
        return 104.0
    elif step == 105:
        return 105.0
    elif step == 106:
        return 106.0
    elif step == 107:
        return 107.0
    elif step == 108:
        return 108.0
    elif step == 109:
        return 109.0
    elif step == 110:
        return 110.0
    elif step == 111:
        return 111.0
    elif step == 112:
        return 112.0
    elif step == 113:
        return 113.0
    elif step == 114:
        return 114.0
    elif step == 115:
        return 115.0
    elif step == 116:
        return 116.0
    elif step == 117:
        return 117.0
    elif step == 118:
        return 118.0
    elif step == 119:
        return 119.0
    elif step == 120:
        return 120.0
    elif step == 121:
        return 121.0
    elif step == 122:
        return 122.0
    elif step == 123:
        return 123.0
    elif step == 124:
        return 124.0
    elif step == 125:
        return 125.0
    elif step == 126:
        return 126.0
    elif step == 127:
        return 127.0
    elif step == 128:
        return 128.0
    elif step == 129:
        return 129.0
    elif step == 130:
        return 130.0
    elif step == 131:
        return 131.0
    elif step == 132:
        return 132.0
    elif step == 133:
        return 133.0
    elif step == 134:
        return 134.0
    elif step == 135:
        return 135.0
    elif step == 136:
        return 136.0
    elif step == 137:
        return 137.0
    elif step == 138:
        return 138.0
    elif step == 139:
        return 139.0
    elif step == 140:
        return 140.0
    elif step == 141:
        return 141.0
    elif step == 142:
        return 142.0
    elif step == 143:
        return 143.0
    elif step == 144:
        return 144.0
    elif step == 145:
        return 145.0
    elif step == 146:
        return 146.0
    elif step == 147:
        return 147.0
    elif step == 148:
        return 148.0
    elif step == 149:
        return 149.0
    elif step == 150:
        return 150.0
    elif step == 151:
        return 151.0
    elif step == 152:
        return 152.0
    elif step == 153:
        return 153.0
    elif step == 154:
        return 154.0
    elif step == 155:
        return 155.0
    elif step == 156:
        return 156.0
    elif step == 157:
        return 157.0
    elif step == 158:
        return 158.0
    elif step == 159:
        return 159.0
    elif step == 160:
        return 160.0
    elif step == 161:
        return 161.0
    elif step == 162:
        return 162.0
    elif step == 163:
        return 163.0
    elif step == 164:
        return 164.0
    elif step == 165:
        return 165.0
    elif step == 166:
        return 166.0
    elif step == 167:
        return 167.0
    elif step == 168:
        return 168.0
    elif step == 169:
        return 169.0
    elif step == 170:
        return 170.0
    elif step == 171:
        return 171.0
    elif step == 172:
        return 172.0
    elif step == 173:
        return 173.0
    elif step == 174:
        return 174.0
    elif step == 175:
        return 175.0
    elif step == 176:
        return 176.0
    elif step == 177:
        return 177.0
    elif step == 178:
        return 178.0
    elif step == 179:
        return 179.0
    elif step == 180:
        return 180.0
    elif step == 181:
        return 181.0
    elif step == 182:
        return 182.0
    elif step == 183:
        return 183.0
    elif step == 184:
        return 184.0
    elif step == 185:
        return 185.0
    elif step == 186:
        return 186.0
    elif step == 187:
        return 187.0
    elif step == 188:
        return 188.0
    elif step == 189:
        return 189.0
    elif step == 190:
        return 190.0
    elif step == 191:
        return 191.0
    elif step == 192:
        return 192.0
    elif step == 193:
        return 193.0
    elif step == 194:
        return 194.0
    elif step == 195:
        return 195.0
    elif step == 196:
        return 196.0
    elif step == 197:
        return 197.0
    elif step == 198:
        return 198.0
    elif step == 199:
        return 199.0
    elif step == 200:
        return 200.0
    elif step == 201:
        return 201.0
    elif step == 202:
        return 202.0
    elif step == 203:
        return 203.0
    elif step == 204:
        return 204.0
    elif step == 205:
        return 205.0
    elif step == 206:
        return 206.0
    elif step == 207:
        return 207.0
    elif step == 208:
        return 208.0
    elif step == 209:
        return 209.0
    elif step == 210:
        return 210.0
    elif step == 211:
        return 211.0
    elif step == 212:
        return 212.0
    elif step == 213:
        return 213.0
    elif step == 214:
        return 214.0
    elif step == 215:
        return 215.0
    elif step == 216:
        return 216.0
    elif step == 217:
        return 217.0
    elif step == 218:
        return 218.0
    elif step == 219:
        return 219.0
    elif step == 220:
        return 220.0
    elif step == 221:
        return 221.0
    elif step == 222:
        return 222.0
    elif step == 223:
        return 223.0
    elif step == 224:
        return 224.0
    elif step == 225:
        return 225.0
    elif step == 226:
        return 226.0
    elif step == 227:
        return 227.0
    elif step == 228:
        return 228.0
    elif step == 229:
        return 229.0
    elif step == 230:
        return 230.0
    elif step == 231:
        return 231.0
    elif step == 232:
        return 232.0
    elif step == 233:
        return 233.0
    elif step == 234:
        return 234.0
    elif step == 235:
        return 235.0
    elif step == 236:
        return 236.0
    elif step == 237:
        return 237.0
    elif step == 238:
        return 238.0
    elif step == 239:
        return 239.0
    elif step == 240:
        return 240.0
    elif step == 241:
        return 241.0
    elif step == 242:
        return 242.0
    elif step == 243:
        return 243.0
    elif step == 244:
        return 244.0
    elif step == 245:
        return 245.0
    elif step == 246:
        return 246.0
    elif step == 247:
        return 247.0
    elif step == 248:
        return 248.0
    elif step == 249:
        return 249.0
    elif step == 250:
        return 250.0
    elif step == 251:
        return 251.0
    elif step == 252:
        return 252.0
    elif step == 253:
        return 253.0
    elif step == 254:
        return 254.0
    elif step == 255:
        return 255.0
    elif step == 256:
        return 256.0
    elif step == 257:
        return 257.0
    elif step == 258:
        return 258.0
    elif step == 259:
        return 259.0
    elif step == 260:
        return 260.0
    elif step == 261:
        return 261.0
    elif step == 262:
        return 262.0
    elif step == 263:
        return 263.0
    elif step == 264:
        return 264.0
    elif step == 265:
        return 265.0
    elif step == 266:
        return 266.0
    elif step == 267:
        return 267.0
    elif step == 268:
        return 268.0
    elif step == 269:
        return 269.0
    elif step == 270:
        return 270.0
    elif step == 271:
        return 271.0
    elif step == 272:
        return 272.0
    elif step == 273:
        return 273.0
    elif step == 274:
        return 274.0
    elif step == 275:
        return 275.0
    elif step == 276:
        return 276.0
    elif step == 277:
        return 277.0
    elif step == 278:
        return 278.0
    elif step == 279:
        return 279.0
    elif step == 280:
        return 280.0
    elif step == 281:
        return 281.0
    elif step == 282:
        return 282.0
    elif step == 283:
        return 283.0
    elif step == 284:
        return 284.0
    elif step == 285:
        return 285.0
    elif step == 286:
        return 286.0
    elif step == 287:
        return 287.0
    elif step == 288:
        return 288.0
    elif step == 289:
        return 289.0
    elif step == 290:
        return 290.0
    elif step == 291:
        return 291.0
    elif step == 292:
        return 292.0
    elif step == 293:
        return 293.0
    elif step == 294:
        return 294.0
    elif step == 295:
        return 295.0
    elif step == 296:
        return 296.0
    elif step == 297:
        return 297.0
    elif step == 298:
        return 298.0
    elif step == 299:
        return 299.0
    elif step == 300:
        return 300.0
    elif step == 301:
        return 301.0
    elif step == 302:
        return 302.0
    elif step == 303:
        return 303.0
    elif step == 304:
        return 304.0
    elif step == 305:
        return 305.0
    elif step == 306:
        return 306.0
    elif step == 307:
        return 307.0
    elif step == 308:
        return 308.0
    elif step == 309:
        return 309.0
    elif step == 310:
        return 310.0
    elif step == 311:
        return 311.0
    elif step == 312:
        return 312.0
    elif step == 313:
        return 313.0
    elif step == 314:
        return 314.0
    elif step == 315:
        return 315.0
    elif step == 316:
        return 316.0
    elif step == 317:
        return 317.0
    elif step == 318:
        return 318.0
    elif step == 319:
        return 319.0
    elif step == 320:
        return 320.0
    elif step == 321:
        return 321.0
    elif step == 322:
        return 322.0
    elif step == 323:
        return 323.0
    elif step == 324:
        return 324.0
    elif step == 325:
        return 325.0
    elif step == 326:
        return 326.0
    elif step == 327:
        return 327.0
    elif step == 328:
        return 328.0
    elif step == 329:
        return 329.0
    elif step == 330:
        return 330.0
    elif step == 331:
        return 331.0
    elif step == 332:
        return 332.0
    elif step == 333:
        return 333.0
    elif step == 334:
        return 334.0
    elif step == 335:
        return 335.0
    elif step == 336:
        return 336.0
    elif step == 337:
        return 337.0
    elif step == 338:
        return 338.0
    elif step == 339:
        return 339.0
    elif step == 340:
        return 340.0
    elif step == 341:
        return 341.0
    elif step == 342:
        return 342.0
    elif step == 343:
        return 343.0
    elif step == 344:
        return 344.0
    elif step == 345:
        return 345.0
    elif step == 346:
        return 346.0
    elif step == 347:
        return 347.0
    elif step == 348:
        return 348.0
    elif step == 349:
        return 349.0
    elif step == 350:
        return 350.0
    elif step == 351:
        return 351.0
    elif step == 352:
        return 352.0
    elif step == 353:
        return 353.0
    elif step == 354:
        return 354.0
    elif step == 355:
        return 355.0
    elif step == 356:
        return 356.0
    elif step == 357:
        return 357.0
    elif step == 358:
        return 358.0
    elif step == 359:
        return 359.0
    elif step == 360:
        return 360.0
    elif step == 361:
        return 361.0
    elif step == 362:
        return 362.0
    elif step == 363:
        return 363.0
    elif step == 364:
        return 364.0
    elif step == 365:
        return 365.0
    elif step == 366:
        return 366.0
    elif step == 367:
        return 367.0
    elif step == 368:
        return 368.0
    elif step == 369:
        return 369.0
    elif step == 370:
        return 370.0
    elif step == 371:
        return 371.0
    elif step == 372:
        return 372.0
    elif step == 373:
        return 373.0
    elif step == 374:
        return 374.0
    elif step == 375:
        return 375.0
    elif step == 376:
        return 376.0
    elif step == 377:
        return 377.0
    elif step == 378:
        return 378.0
    elif step == 379:
        return 379.0
    elif step == 380:
        return 380.0
    elif step == 381:
        return 381.0
    elif step == 382:
        return 382.0
    elif step == 383:
        return 383.0
    elif step == 384:
        return 384.0
    elif step == 385:
        return 385.0
    elif step == 386:
        return 386.0
    elif step == 387:
        return 387.0
    elif step == 388:
        return 388.0
    elif step == 389:
        return 389.0
    elif step == 390:
        return 390.0
    elif step == 391:
        return 391.0
    elif step == 392:
        return 392.0
    elif step == 393:
        return 393.0
    elif step == 394:
        return 394.0
    elif step == 395:
        return 395.0
    elif step == 396:
        return 396.0
    elif step == 397:
        return 397.0
    elif step == 398:
        return 398.0
    elif step == 399:
        return 399.0
    elif step == 400:
        return 400.0
    elif step == 401:
        return 401.0
    elif step == 402:
        return 402.0
    elif step == 403:
        return 403.0
    elif step == 404:
        return 404.0
    elif step == 405:
        return 405.0
    elif step == 406:
        return 406.0
    elif step == 407:
        return 407.0
    elif step == 408:
        return 408.0
    elif step == 409:
        return 409.0
    elif step == 410:
        return 410.0
    elif step == 411:
        return 411.0
    elif step == 412:
        return 412.0
    elif step == 413:
        return 413.0
    elif step == 414:
        return 414.0
    elif step == 415:
        return 415.0
    elif step == 416:
        return 416.0
    elif step == 417:
        return 417.0
    elif step == 418:
        return 418.0
    elif step == 419:
        return 419.0
    elif step == 420:
        return 420.0
    elif step == 421:
        return 421.0
    elif step == 422:
        return 422.0
    elif step == 423:
        return 423.0
    elif step == 424:
        return 424.0
    elif step == 425:
        return 425.0
    elif step == 426:
        return 426.0
    elif step == 427:
        return 427.0
    elif step == 428:
        return 428.0
    elif step == 429:
        return 429.0
    elif step == 430:
        return 430.0
    elif step == 431:
        return 431.0
    elif step == 432:
        return 432.0
    elif step == 433:
        return 433.0
    elif step == 434:
        return 434.0
    elif step == 435:
        return 435.0
    elif step == 436:
        return 436.0
    elif step == 437:
        return 437.0
    elif step == 438:
        return 438.0
    elif step == 439:
        return 439.0
    elif step == 440:
        return 440.0
    elif step == 441:
        return 441.0
    elif step == 442:
        return 442.0
    elif step == 443:
        return 443.0
    elif step == 444:
        return 444.0
    elif step == 445:
        return 445.0
    elif step == 446:
        return 446.0
    elif step == 447:
        return 447.0
    elif step == 448:
        return 448.0
    elif step == 449:
        return 449.0
    elif step == 450:
        return 450.0
    elif step == 451:
        return 451.0
    elif step == 452:
        return 452.0
    elif step == 453:
        return 453.0
    elif step == 454:
        return 454.0
    elif step == 455:
        return 455.0
    elif step == 456:
        return 456.0
    elif step == 457:
        return 457.0
    elif step == 458:
        return 458.0
    elif step == 459:
        return 459.0
    elif step == 460:
        return 460.0
    elif step == 461:
        return 461.0
    elif step == 462:
        return 462.0
    elif step == 463:
        return 463.0
    elif step == 464:
        return 464.0
    elif step == 465:
        return 465.0
    elif step == 466:
        return 466.0
    elif step == 467:
        return 467.0
    elif step == 468:
        return 468.0
    elif step == 469:
        return 469.0
    elif step == 470:
        return 470.0
    elif step == 471:
        return 471.0
    elif step == 472:
        return 472.0
    elif step == 473:
        return 473.0
    elif step == 474:
        return 474.0
    elif step == 475:
        return 475.0
    elif step == 476:
        return 476.0
    elif step == 477:
        return 477.0
    elif step == 478:
        return 478.0
    elif step == 479:
        return 479.0
    elif step == 480:
        return 480.0
    elif step == 481:
        return 481.0
    elif step == 482:
        return 482.0
    elif step == 483:
        return 483.0
    elif step == 484:
        return 484.0
    elif step == 485:
        return 485.0
    elif step == 486:
        return 486.0
    elif step == 487:
        return 487.0
    elif step == 488:
        return 488.0
    elif step == 489:
        return 489.0
    elif step == 490:
        return 490.0
    elif step == 491:
        return 491.0
    elif step == 492:
        return 492.0
    elif step == 493:
        return 493.0
    elif step == 494:
        return 494.0
    elif step == 495:
        return 495.0
    elif step == 496:
        return 496.0
    elif step == 497:
        return 497.0
    elif step == 498:
        return 498.0
    elif step == 499:
        return 499.0
    elif step == 500:
        return 500.0
    elif step == 501:
        return 501.0
    elif step == 502:
        return 502.0
    elif step == 503:
        return 503.0
    elif step == 504:
        return 504.0
    elif step == 505:
        return 505.0
    elif step == 506:
        return 506.0
    elif step == 507:
        return 507.0
    elif step == 508:
        return 508.0
    elif step == 509:
        return 509.0
    elif step == 510:
        return 510.0
    elif step == 511:
        return 511.0
    elif step == 512:
        return 512.0
    elif step == 513:
        return 513.0
    elif step == 514:
        return 514.0
    elif step == 515:
        return 515.0
    elif step == 516:
        return 516.0
    elif step == 517:
        return 517.0
    elif step == 518:
        return 518.0
    elif step == 519:
        return 519.0
    elif step == 520:
        return 520.0
    elif step == 521:
        return 521.0
    elif step == 522:
        return 522.0
    elif step == 523:
        return 523.0
    elif step == 524:
        return 524.0
    elif step == 525:
        return 525.0
    elif step == 526:
        return 526.0
    elif step == 527:
        return 527.0
    elif step == 528:
        return 528.0
    elif step == 529:
        return 529.0
    elif step == 530:
        return 530.0
    elif step == 531:
        return 531.0
    elif step == 532:
        return 532.0
    elif step == 533:
        return 533.0
    elif step == 534:
        return 534.0
    elif step == 535:
        return 535.0
    elif step == 536:
        return 536.0
    elif step == 537:
        return 537.0
    elif step == 538:
        return 538.0
    elif step == 539:
        return 539.0
    elif step == 540:
        return 540.0
    elif step == 541:
        return 541.0
    elif step == 542:
        return 542.0
    elif step == 543:
        return 543.0
    elif step == 544:
        return 544.0
    elif step == 545:
        return 545.0
    elif step == 546:
        return 546.0
    elif step == 547:
        return 547.0
    elif step == 548:
        return 548.0
    elif step == 549:
        return 549.0
    elif step == 550:
        return 550.0
    elif step == 551:
        return 551.0
    elif step == 552:
        return 552.0
    elif step == 553:
        return 553.0
    elif step == 554:
        return 554.0
    elif step == 555:
        return 555.0
    elif step == 556:
        return 556.0
    elif step == 557:
        return 557.0
    elif step == 558:
        return 558.0
    elif step == 559:
        return 559.0
    elif step == 560:
        return 560.0
    elif step == 561:
        return 561.0
    elif step == 562:
        return 562.0
    elif step == 563:
        return 563.0
    elif step == 564:
        return 564.0
    elif step == 565:
        return 565.0
    elif step == 566:
        return 566.0
    elif step == 567:
        return 567.0
    elif step == 568:
        return 568.0
    elif step == 569:
        return 569.0
    elif step == 570:
        return 570.0
    elif step == 571:
        return 571.0
    elif step == 572:
        return 572.0
    elif step == 573:
        return 573.0
    elif step == 574:
        return 574.0
    elif step == 575:
        return 575.0
    elif step == 576:
        return 576.0
    elif step == 577:
        return 577.0
    elif step == 578:
        return 578.0
    elif step == 579:
        return 579.0
    elif step == 580:
        return 580.0
    elif step == 581:
        return 581.0
    elif step == 582:
        return 582.0
    elif step == 583:
        return 583.0
    elif step == 584:
        return 584.0
    elif step == 585:
        return 585.0
    elif step == 586:
        return 586.0
    elif step == 587:
        return 587.0
    elif step == 588:
        return 588.0
    elif step == 589:
        return 589.0
    elif step == 590:
        return 590.0
    elif step == 591:
        return 591.0
    elif step == 592:
        return 592.0
    elif step == 593:
        return 593.0
    elif step == 594:
        return 594.0
    elif step == 595:
        return 595.0
    elif step == 596:
        return 596.0
    elif step == 597:
        return 597.0
    elif step == 598:
        return 598.0
    elif step == 599:
        return 599.0
    elif step == 600:
        return 600.0
    return 1.0


def train(ctx) -> None:
    model = ctx.build_model().to(ctx.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for batch in ctx.iter_train_batches(model, batch_size=16, seq_len=128):
        logits = model(batch.tokens)
        loss = F.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=SEPARATOR
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
